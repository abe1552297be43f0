import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import fc from "fast-check";
import { createTranslator } from "../../static/js/i18n.js";
import { axisOf, plotPoints, toChanges } from "../../static/js/import/dataset.js";
import { countReasons, leftOutFile } from "../../static/js/import/left-out.js";
import { createRandom, drawSome } from "../../static/js/import/reservoir.js";
import { unpackPoints } from "../../static/js/own-points.js";
import { readText, refusalOf } from "./tables.js";

const texts = readFileSync(new URL("../../static/i18n/en.import.json", import.meta.url), "utf8");
const t = createTranslator("en", JSON.parse(texts));

/** @param {string[]} names @param {(i: number) => (string | number)[]} row @param {number} [count] */
const table = (names, row, count = 40) =>
  [names, ...Array.from({ length: count }, (_, i) => row(i))].map((line) => line.join()).join("\n");

/** The names of the columns that are taken. @param {string} text */
async function roles(text) {
  const { overview, choice } = await readText(text);
  const name = (/** @type {number} */ i) => overview.columns[i].name;
  return [name(choice.x1), name(choice.x2), name(choice.target)];
}

test("the columns to begin with are two of numbers and one with few values", async () => {
  const row = (/** @type {number} */ i) => [i + 1, i * 1.5, i % 7, Math.sqrt(i), "ab"[i % 2]];
  const names = ["id", "length", "count", "width", "species"];
  assert.deepEqual(await roles(table(names, row)), ["length", "width", "species"]);
});

test("a number column that is called a class is the label, and the id never an input", async () => {
  const row = (/** @type {number} */ i) => [i % 3, i * 1.5, Math.sin(i), 100 + i];
  const names = ["class", "a", "b", "customer_id"];
  assert.deepEqual(await roles(table(names, row)), ["a", "b", "class"]);
});

test("y is a coordinate where another column is called a target, and a label where none is", async () => {
  const row = (/** @type {number} */ i) => [0.1 * i, i % 5, (i * 7) % 3];
  assert.deepEqual(await roles(table(["x", "y", "target"], row)), ["x", "y", "target"]);
  assert.equal((await roles(table(["x", "z", "y"], row)))[2], "y");
});

test("where no column has few values, the last number is to be predicted", async () => {
  const text = table(["a", "b", "price"], (i) => [Math.cos(i), Math.sin(i), i * i + 0.5]);
  assert.deepEqual(await roles(text), ["a", "b", "price"]);
  const { selection } = await readText(text);
  assert.equal(selection.as, "numbers");
  assert.equal(selection.refusal, null);
});

test("numbers with few values are classes in their order, and may be numbers", async () => {
  const text = table(["a", "b", "y"], (i) => [i * 0.5, Math.sin(i), [10, 9, -1][i % 3]]);
  const { selection, reader, choice } = await readText(text);
  assert.equal(selection.as, "classes");
  assert.ok(selection.choosable);
  assert.deepEqual(selection.classes.map(({ name }) => name), ["-1", "9", "10"]); // prettier-ignore
  assert.equal(reader.choose({ ...choice, as: "numbers" }).as, "numbers");
});

test("two different numbers are classes, more of them with decimals are numbers", async () => {
  const two = table(["a", "b", "y"], (i) => [i * 0.5, Math.sin(i), [0, 1][i % 2]]);
  assert.equal((await readText(two)).selection.as, "classes");
  const some = table(["a", "b", "y"], (i) => [i * 0.5, Math.sin(i), [0.5, 1.5, 2.5][i % 3]]);
  assert.equal(
    (await readText(some, { choice: { x1: 0, x2: 1, target: 2 } })).selection.as,
    "numbers",
  );
});

test("equal numbers are one class however they are written", async () => {
  const text = table(["a", "b", "y"], (i) => [i * 0.5, Math.sin(i), ["1", "1.0", "2"][i % 3]]);
  const { selection } = await readText(text);
  assert.deepEqual(selection.classes, [{ name: "1", count: 27 }, { name: "2", count: 13 }]); // prettier-ignore
});

test("of more than eight categories the seven most frequent can be kept", async () => {
  const text = table(["a", "b", "k"], (i) => [i, Math.sin(i), `c${Math.floor(Math.sqrt(i))}`], 120);
  const choice = { x1: 0, x2: 1, target: 2 };
  assert.equal((await refusalOf(text, { choice }))?.code, "classes_many");
  const { selection } = await readText(text, { choice: { ...choice, others: "others" } });
  assert.equal(selection.refusal, null);
  const names = selection.classes.map(({ name }) => name);
  assert.deepEqual(names, ["c4", "c5", "c6", "c7", "c8", "c9", "c10", "others"].sort((a, b) => a.localeCompare(b, "en", { numeric: true }))); // prettier-ignore
  assert.equal(
    selection.classes.reduce((sum, { count }) => sum + count, 0),
    120,
  );
});

test("columns that cannot be used are refused with the reason", async () => {
  const row = (/** @type {number} */ i) => [
    i * 0.5,
    Math.sin(i),
    "same",
    `name ${i}`,
    "",
    "ab"[i % 2],
  ];
  const text = table(["a", "b", "one", "names", "empty", "ok"], row);
  const choice = { x1: 0, x2: 1, target: 5 };
  assert.equal(await refusalOf(text, { choice }), null);
  /** @type {[object, string][]} */
  const choices = [
    [{ target: 2 }, "one_value"],
    [{ target: 3 }, "classes_names"],
    [{ target: 4 }, "rows_few"],
    [{ target: 1 }, "columns_same"],
    [{ x1: 1 }, "columns_same"],
    [{ x1: 5 }, "columns_same"],
    [{ x1: 2 }, "input"],
    [{ x2: 4 }, "input"],
  ];
  for (const [change, code] of choices) {
    const reason = await refusalOf(text, { choice: { ...choice, ...change } });
    if (code === "columns_same" && "x1" in change && change.x1 === 5) {
      assert.equal(reason?.code, "input"); // it has no numbers, which is said first
    } else assert.equal(reason?.code, code, JSON.stringify(change));
  }
});

test("every refusal and every reason has its text, with nothing left to fill in", async () => {
  const row = (/** @type {number} */ i) => [i * 0.5, Math.sin(i), `name ${i}`];
  const reason = await refusalOf(table(["a", "b", "names"], row), { choice: { target: 2 } });
  const said = t(`import.refusal.${reason?.code}`, { ...reason?.values, count: 2 });
  assert.match(said, /^names has 40 different values in 40 rows: /);
  const sources = ["encoding", "records", "selection", "table"].map((name) =>
    readFileSync(new URL(`../../static/js/import/${name}.js`, import.meta.url), "utf8"),
  );
  const codes = sources.flatMap((source) =>
    [...source.matchAll(/(?:Refusal|because)\("(\w+)"/g)].map(([, code]) => code),
  );
  assert.ok(codes.length > 15);
  for (const code of codes) {
    const known = t.has(`import.refusal.${code}`) || t.has(`import.reasons.${code}`);
    assert.ok(known || code === "cancelled", code);
  }
});

test("the points keep a margin on the plot, and the axes say what its edges are", async () => {
  const { selection, choice, overview } = await readText("a,b,y\n0,-3,no\n10,5,yes\n5,1,no\n");
  const { dataset, problem } = toChanges(selection, choice, overview.columns, "a.csv");
  assert.equal(problem, "binary");
  const { x1_low, x1_high, x2_low, x2_high } = dataset;
  assert.deepEqual([x1_low, x1_high, x2_low, x2_high].map((x) => +x.toFixed(9)), [-1, 11, -3.8, 5.8]); // prettier-ignore
  const { x1, x2, target } = unpackPoints(dataset.points, dataset.numeric);
  assert.deepEqual(
    [...x1].map((x) => +x.toFixed(3)),
    [-5, 5, 0],
  );
  assert.deepEqual(
    [...x2].map((x) => +x.toFixed(3)),
    [-5, 5, 0],
  );
  assert.deepEqual([...target], [0, 1, 0]);
  assert.deepEqual(dataset.class_names, ["no", "yes"]);
  assert.deepEqual([dataset.x1_name, dataset.target_name, dataset.source], ["a", "y", "a.csv"]);
});

test("a number to predict goes from -1 to 1, and several classes say how many they are", async () => {
  const numbers = await readText(
    table(["a", "b", "y"], (i) => [Math.cos(i), Math.sin(i), 3 * i + 0.5]),
  );
  const regression = toChanges(numbers.selection, numbers.choice, numbers.overview.columns, "");
  assert.equal(regression.problem, "regression");
  assert.deepEqual([regression.dataset.target_low, regression.dataset.target_high], [0.5, 117.5]);
  const { target } = unpackPoints(regression.dataset.points, true);
  assert.deepEqual([target[0], target[39]], [-1, 1]);
  const classes = await readText(table(["a", "b", "y"], (i) => [i, Math.sin(i), "abcd"[i % 4]]));
  const several = toChanges(classes.selection, classes.choice, classes.overview.columns, "");
  assert.deepEqual([several.problem, several.classes], ["multiclass", 4]);
});

test("axes are never empty, whatever the values", () => {
  const value = fc.double({ min: -1e299, max: 1e299, noNaN: true });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), (values) => {
      const { low, high } = axisOf(values);
      assert.ok(Number.isFinite(low) && Number.isFinite(high) && low < high);
      assert.ok(Math.abs(low) <= 1e300 && Math.abs(high) <= 1e300);
      const x1 = Float64Array.from(values);
      const points = plotPoints({ ...EMPTY, x1, x2: x1, target: x1, as: "classes" });
      for (const x of points.x1) assert.ok(x >= -6 && x <= 6, `${x}`);
    }),
    { examples: [[[5e-324, 0]], [[1e299, -1e299]], [[1e16, 1e16 + 2]], [[7]], [[-0, 0]]] },
  );
});

const EMPTY = {
  refusal: null,
  choosable: false,
  classes: [],
  distinct: 2,
  usable: 2,
  leftOut: [],
  x2: new Float64Array(),
};

test("every row gives a point or is in the list of those that are left out", async () => {
  const cell = fc.constantFrom("1", "2.5", "-3", "", "NA", "x", "1e999", "1,5");
  const rows = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(rows, async (data) => {
      const lines = data.map((row) => row.map((text) => `"${text}"`).join());
      const { overview, selection } = await readText(["a,b,c", ...lines].join("\n"), {
        given: { header: true, delimiter: "," },
        choice: { x1: 0, x2: 1, target: 2 },
      });
      const blank = data.filter((row) => row.every((text) => text === "")).length;
      assert.equal(overview.blank, blank);
      assert.equal(selection.target.length + selection.leftOut.length + blank, data.length);
      const numbers = selection.leftOut.map(({ row }) => row);
      assert.deepEqual(
        [...new Set(numbers)].sort((a, b) => a - b),
        numbers,
      );
    }),
  );
});

test("the list of rows that are left out is counted by reason, and no formula in a spreadsheet", () => {
  const leftOut = [
    { row: 3, code: "number", column: "a", text: '=HYPERLINK("http://x","y")' },
    { row: 4, code: "missing", column: "b", text: "" },
    { row: 9, code: "missing", column: "b", text: "NA" },
  ];
  assert.deepEqual(countReasons(t, leftOut), [
    { reason: "no value for b", count: 2 },
    { reason: "a is not a number", count: 1 },
  ]);
  assert.equal(
    leftOutFile(t, leftOut),
    'Row,Reason,Text\r\n3,a is not a number,"\'=HYPERLINK(""http://x"",""y"")"\r\n' +
      "4,no value for b,\r\n9,no value for b,NA\r\n",
  );
});

test("a sample has as many items as wanted, in their order, and every item the same chance", () => {
  const items = Array.from({ length: 1000 }, (_, i) => i);
  const some = drawSome(items, 300);
  assert.equal(some.length, 300);
  assert.deepEqual([...some].sort((a, b) => a - b), some); // prettier-ignore
  assert.equal(drawSome(items, 1000).length, 1000);
  const random = createRandom(1);
  const mean = Array.from({ length: 10_000 }, random).reduce((a, b) => a + b) / 10_000;
  assert.ok(Math.abs(mean - 0.5) < 0.01);
});
