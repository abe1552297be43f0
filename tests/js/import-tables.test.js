import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import Papa from "papaparse";
import { latin, readText, refusalOf } from "./tables.js";

/** What is found out of a table. @param {Parameters<typeof readText>} arguments_ */
async function facts(...arguments_) {
  const { overview, selection } = await readText(...arguments_);
  const { encoding, delimiter, decimal, quotes, header, rows, blank, preamble } = overview;
  return {
    ...{ encoding, delimiter, decimal, quotes, header, rows, blank, preamble },
    names: overview.columns.map(({ name }) => name),
    kinds: overview.columns.map(({ kind }) => kind),
    points: [...selection.x1].map((x1, i) => [x1, selection.x2[i], selection.target[i]]),
    classes: selection.classes.map(({ name }) => name),
    leftOut: selection.leftOut.map(({ row, code }) => `${row} ${code}`),
  };
}

/** @param {Record<string, any>} found @param {Record<string, any>} expected */
function assertFacts(found, expected) {
  const names = Object.keys(expected);
  assert.deepEqual(Object.fromEntries(names.map((name) => [name, found[name]])), expected);
}

const PLAIN = { points: [[1.5, 2, 0], [3, 4.5, 1], [5, 6, 0]], classes: ["a", "b"], leftOut: [] }; // prettier-ignore
const ROWS = ["1.5,2,a", "3,4.5,b", "5,6,a"];
const CSV = ["x,y,kind", ...ROWS, ""].join("\n");
const COMMAS = CSV.replaceAll(",", ";").replaceAll(".", ",");

test("cells may be separated by comma, semicolon, tab, bar or spaces", async () => {
  for (const delimiter of [",", ";", "\t", "|", " "]) {
    const found = await facts(CSV.replaceAll(",", delimiter));
    assertFacts(found, { delimiter, header: true, names: ["x", "y", "kind"], ...PLAIN });
  }
});

test("columns may be aligned by spaces", async () => {
  const text = "  x    y   kind\n1.5    2      a\n  3  4.5      b\n  5    6      a\n";
  assertFacts(await facts(text), { delimiter: " ", ...PLAIN });
});

test("a decimal comma is found out, also beside tabs", async () => {
  assertFacts(await facts(COMMAS), { delimiter: ";", decimal: ",", ...PLAIN });
  const tabs = COMMAS.replaceAll(";", "\t");
  assertFacts(await facts(tabs), { delimiter: "\t", decimal: ",", ...PLAIN });
});

test("lines may end in any way, and the last one not at all", async () => {
  for (const end of ["\n", "\r\n", "\r"]) {
    assertFacts(await facts(CSV.replaceAll("\n", end)), PLAIN);
    assertFacts(await facts(CSV.trimEnd().replaceAll("\n", end)), PLAIN);
  }
  assertFacts(await facts("x,y,kind\r\n1.5,2,a\n3,4.5,b\r5,6,a"), PLAIN);
});

test("encodings are known by their mark, by their zeros, or because they are no UTF-8", async () => {
  const text = CSV.replaceAll("kind", "año").replaceAll("b", "ñ");
  const utf16 = (/** @type {boolean} */ little, mark = "\ufeff") => {
    const data = new DataView(new ArrayBuffer(2 * (mark.length + text.length)));
    [...(mark + text)].forEach((c, i) => data.setUint16(2 * i, c.charCodeAt(0), little));
    return new Uint8Array(data.buffer);
  };
  /** @type {[string | Uint8Array<ArrayBuffer>, string][]} */
  const files = [
    [text, "utf-8"],
    [`\ufeff${text}`, "utf-8"],
    [latin(text), "windows-1252"],
    [utf16(true), "utf-16le"],
    [utf16(false), "utf-16be"],
    [utf16(true, ""), "utf-16le"],
    [utf16(false, ""), "utf-16be"],
  ];
  for (const [content, encoding] of files) {
    const names = ["x", "y", "año"];
    assertFacts(await facts(content), { encoding, names, ...PLAIN, classes: ["a", "ñ"] });
  }
});

test("bytes that are no UTF-8 are noticed also where they come late", async () => {
  const many = ROWS.join("\n").concat("\n").repeat(40_000);
  const content = latin(`x,y,kind\n${many}1,1,\xf1\n`);
  const found = await facts(content);
  assertFacts(found, { encoding: "windows-1252", rows: 120_001 });
});

test("an encoding that is chosen is taken", async () => {
  const given = { encoding: "windows-1252" };
  assertFacts(await facts("x,y,ñ\n1,2,a\n3,4,b\n", { given }), { names: ["x", "y", "Ã±"] });
});

test("quotes enclose delimiters, line ends and quotes", async () => {
  const text = 'x,y,"a ""kind"", or\nso"\n"1.5",2,"a, a"\n3,4.5,"b"\n5,6,"a, a"\n';
  const found = await facts(text);
  assertFacts(found, { ...PLAIN, names: ["x", "y", 'a "kind", or so'], classes: ["a, a", "b"] });
});

test("a space may come before a quote", async () => {
  const text = 'x, y, kind\n1.5, 2, "a, a"\n3, 4.5, "b"\n5, 6, "a, a"\n';
  assertFacts(await facts(text), { ...PLAIN, classes: ["a, a", "b"] });
});

test("a quote that is never closed does not swallow the rows below it", async () => {
  const text = 'x,y,kind\n1.5,2,"a\n3,4.5,b\n5,6,"a\n7,8,b\n';
  const found = await facts(text);
  assertFacts(found, { quotes: false, rows: 4, leftOut: [], classes: ['"a', "b"] });
  const late = `${"x,y,kind\n"}${"1,2,a\n3,4,b\n".repeat(9000)}5,6,"a\n7,8,b\n`;
  assertFacts(await facts(late), { quotes: false, rows: 18_002, leftOut: [] });
  assert.deepEqual(await refusalOf(late, { given: { quotes: true } }), {
    code: "quote",
    values: {},
  });
});

test("a quote within a cell is a character like any other", async () => {
  const found = await facts('x\ty\tkind\n1.5\t2\t5" pipe\n3\t4.5\tb\n5\t6\t5" pipe\n');
  assertFacts(found, { ...PLAIN, classes: ['5" pipe', "b"] });
});

test("a header is told from rows, and can be switched", async () => {
  assertFacts(await facts(ROWS.join("\n")), { header: false, ...PLAIN });
  assertFacts(await facts(ROWS.join("\n")), { names: ["column 1", "column 2", "column 3"] });
  assertFacts(await facts("red,big,yes\nblue,small,no\nred,big,yes\n"), { header: false });
  assertFacts(await facts("colour,size,ok\nblue,small,no\nred,big,no\n"), { header: true });
  const found = await facts(CSV, { given: { header: false } });
  assertFacts(found, { header: false, rows: 4, leftOut: ["1 number"] });
  assertFacts(await facts(ROWS.join("\n"), { given: { header: true } }), { rows: 2 });
});

test("names that are empty, equal or too long become names of their own", async () => {
  const long = "n".repeat(60);
  const { names } = await facts(`x,x,,x (2),${long},${long}\n1,2,3,4,5,a\n1,3,4,5,6,b\n`);
  assert.equal(new Set(names).size, 6);
  assert.deepEqual(names.slice(0, 3), ["x", "x (2)", "column 3"]);
  for (const name of names) assert.ok([...name].length <= 40 && name.length > 0, name);
});

test("what comes before a table is skipped and counted", async () => {
  const titles = `Results of 2024\n\n${CSV}`;
  assertFacts(await facts(titles), { preamble: 1, blank: 1, names: ["x", "y", "kind"], ...PLAIN });
  assertFacts(await facts(`sep=;\n${COMMAS}`), { preamble: 1, delimiter: ";", ...PLAIN });
  const comments = "# made by me\n# in a lab\nx y kind\n1.5 2 a\n3 4.5 b\n5 6 a\n";
  assertFacts(await facts(comments), { preamble: 2, names: ["x", "y", "kind"], ...PLAIN });
  assertFacts(await facts(CSV.replace("x", "#x")), { preamble: 0, names: ["#x", "y", "kind"] });
});

test("a header of R, which has no name for the names of rows, is one", async () => {
  const text = '"x","y","kind"\n"r1",1.5,2,"a"\n"r2",3,4.5,"b"\n"r3",5,6,"a"\n';
  assertFacts(await facts(text), { names: ["column 1", "x", "y", "kind"], preamble: 0 });
});

test("lines with nothing on them are counted, and rows keep their numbers", async () => {
  const text = "x,y,kind\n\n1.5,2,a\n , ,\n3,,b\n3,4.5,b\n5,6,a\n\n";
  assertFacts(await facts(text), { ...PLAIN, blank: 3, rows: 4, leftOut: ["5 missing"] });
});

test("a row with too many cells is left out, unless these are empty; one with too few may do", async () => {
  const text = "x,y,kind,note\n1.5,2,a,,,\n3,4.5,b\n5,6,a,n,m\n5,6,a,n\n1,2\n";
  assertFacts(await facts(text), { ...PLAIN, leftOut: ["4 cells", "6 missing"] });
});

test("whatever says that there is no value is counted as such, and words are no numbers", async () => {
  const odd = ["NA,1,a", "1,?,a", "1,2,", "1e999,2,a", "=1+1,2,a", "2024-01-01,1,a"];
  const found = await facts(`${CSV}${odd.join("\n")}`);
  const codes = ["missing", "missing", "missing", "large", "number", "number"];
  assertFacts(found, { ...PLAIN, leftOut: codes.map((code, i) => `${i + 5} ${code}`) });
});

test("markup stays text", async () => {
  const found = await facts("x,y,<b>kind</b>\n1,2,<img src=x onerror=alert(1)>\n3,4,&amp;\n");
  assertFacts(found, { classes: ["&amp;", "<img src=x onerror=alert(1)>"] });
});

test("files that are no tables are refused with the reason", async () => {
  /** @type {[string | Uint8Array<ArrayBuffer>, string][]} */
  const files = [
    ["", "empty"],
    ["\n\n  \n", "empty"],
    ["x,y,kind\n", "rows_none"],
    ["x\n1\n2\n", "columns_few"],
    ["x,y\n1,2\n2,3\n", "columns_few"],
    [latin("PK\x03\x04rest"), "spreadsheet"],
    [latin("\x1f\x8b\x08"), "compressed"],
    [latin("%PDF-1.7"), "pdf"],
    [latin("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02"), "binary"],
    [latin("\x01\x02\x03\x04\x05\x06,a,b\n"), "binary"],
    ['[{"x": 1, "y": 2}]', "json"],
    ['{"x": [1, 2]}', "json"],
    ["<!DOCTYPE html><html></html>", "html"],
    [`x,y,kind\n${"1".repeat(2_000_000)}`, "endless"],
    ["word ".repeat(400_000), "columns_many"],
    [Array.from({ length: 1_000_000 }, (_, i) => i).join(","), "columns_many"],
    [`${"c,".repeat(300)}c\n${"1,".repeat(300)}1\n`, "columns_many"],
  ];
  for (const [content, code] of files) {
    const reason = await refusalOf(content);
    assert.equal(reason?.code, code, `${content.slice(0, 20)}`);
  }
});

test("a large table is read piece by piece, and what is kept of it is the same each time", async () => {
  const line = (/** @type {number} */ i) => `${i},${i % 97},"c${i % 3}"\n`;
  const text = `x,y,kind\n${Array.from({ length: 100_000 }, (_, i) => line(i)).join("")}`;
  /** @type {number[]} */
  const shares = [];
  const watching = { onProgress: (/** @type {number} */ share) => void shares.push(share) };
  const choice = { x1: 0, x2: 1, target: 2 };
  const { overview, selection } = await readText(text, { watching, choice });
  assert.equal(overview.rows, 100_000);
  assert.equal(overview.kept, 20_000);
  assert.equal(selection.target.length, 5000);
  assert.deepEqual(
    [...shares].sort((a, b) => a - b),
    shares,
  );
  assert.ok(shares.length > 2 && shares.at(-1) === 1);
  const mean = selection.x1.reduce((sum, x) => sum + x, 0) / 5000;
  assert.ok(Math.abs(mean - 50_000) < 2000, `drawn from everywhere, with a mean of ${mean}`);
  const again = await readText(text, { choice });
  assert.deepEqual(again.selection.x1, selection.x1);
  assert.deepEqual(
    [...selection.x1].sort((a, b) => a - b),
    [...selection.x1],
    "in their order",
  );
});

test("a reading can be stopped", async () => {
  const text = CSV.repeat(100_000);
  const reason = await refusalOf(text, { watching: { isCancelled: () => true } });
  assert.equal(reason?.code, "cancelled");
});

test("when a table is refused, the one before stays", async () => {
  const { reader, choice, selection } = await readText(CSV);
  const watching = { onProgress() {}, isCancelled: () => false };
  await assert.rejects(reader.read(new Blob([""]), {}, watching));
  assert.deepEqual(reader.choose(choice), selection);
});

test("every table that Papa Parse writes is read as it was, however it is written", async () => {
  const number = fc
    .double({ min: -1e6, max: 1e6, noNaN: true })
    .map((x) => (Object.is(x, -0) ? 0 : x));
  const word = fc.constantFrom("red", "blue, dark", 'the "third"', "two\nlines", "ünï");
  const rows = fc.array(fc.tuple(number, number, word), { minLength: 3, maxLength: 30 });
  const style = fc.record({
    delimiter: fc.constantFrom(",", ";", "\t", "|"),
    newline: fc.constantFrom("\n", "\r\n"),
    quotes: fc.boolean(),
    header: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(rows, style, async (data, { header, ...options }) => {
      fc.pre(new Set(data.map((row) => row[2])).size > 1);
      const text = Papa.unparse(header ? [["x", "y", "kind"], ...data] : data, options);
      const given = { delimiter: options.delimiter, header, decimal: /** @type {const} */ (".") };
      const { selection } = await readText(text, { given, choice: { x1: 0, x2: 1, target: 2 } });
      const names = selection.classes.map(({ name }) => name);
      const found = [...selection.x1].map((x, i) => [
        x,
        selection.x2[i],
        names[selection.target[i]],
      ]);
      const expected = data.map(([x, y, name]) => [x, y, name.replace("\n", " ")]);
      assert.deepEqual(found, expected);
    }),
  );
});

test("any bytes are read or refused, with a reason that is known", async () => {
  const piece = fc.constantFrom(
    '"',
    ",",
    ";",
    "\n",
    "\r",
    "\t",
    " ",
    "1",
    "2.5",
    "a",
    "\0",
    "é",
    "\ufeff",
  );
  const text = fc.array(piece, { maxLength: 200 }).map((pieces) => pieces.join(""));
  const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => new Uint8Array(array));
  await fc.assert(
    fc.asyncProperty(fc.oneof(text, bytes), async (content) => {
      const reason = await refusalOf(content);
      assert.ok(reason === null || typeof reason.code === "string");
    }),
    { numRuns: 500 },
  );
});
