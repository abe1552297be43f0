import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { mathmlTexts, withMathml } from "../../scripts/mathml.mjs";
import { descend, fateOf, layerFactor, signalThrough } from "../../static/js/article/formulas.js";
import { BENDS, mapOf, ringOf, SIDE } from "../../static/js/article/maps.js";
import { splitRichText } from "../../static/js/article/rich-text.js";
import { SECTIONS } from "../../static/js/article/sections.js";

const read = (/** @type {string} */ path) =>
  JSON.parse(readFileSync(new URL(`../../static/${path}`, import.meta.url), "utf8"));
const { article } = read("i18n/en.lessons.json");
/** @type {{id: string}[]} */
const EXPERIMENTS = read("experiments.json");

test("formulas become MathML that needs no style of its own", () => {
  const text = withMathml("Where $z$ is 0: $$a = g(z)$$");
  assert.equal(text.match(/<math/g)?.length, 2);
  assert.match(text, /display="block"/);
  assert.doesNotMatch(text, /\bstyle=|annotation|\$/);
  assert.throws(() => withMathml("$\\frac{1$"), /KaTeX/);
});

test("every formula of the article can be set", () => {
  const texts = JSON.stringify(mathmlTexts(article));
  assert.ok((texts.match(/<math/g)?.length ?? 0) > 20);
  assert.doesNotMatch(texts, /\$|\bstyle=/);
});

test("a text is cut at its formulas and at the words that matter", () => {
  const parts = splitRichText("It is **dead**: <math><mi>z</mi></math> < 0");
  assert.deepEqual(
    parts.map(({ kind, text }) => [kind, text]),
    [
      ["text", "It is "],
      ["strong", "dead"],
      ["text", ": "],
      ["math", "<math><mi>z</mi></math>"],
      ["text", " < 0"],
    ],
  );
});

test("every section has its texts, one to three experiments, and no text too many", () => {
  assert.deepEqual(
    SECTIONS.map(({ id }) => id),
    Object.keys(article.sections),
  );
  const known = new Set(EXPERIMENTS.map(({ id }) => id));
  for (const { id, parts, figure, tries } of SECTIONS) {
    const own = parts.filter((part) => !["figure", "panels"].includes(part));
    const wanted = ["title", ...own, ...(figure ? ["caption"] : [])];
    assert.deepEqual(Object.keys(article.sections[id]).sort(), wanted.sort(), id);
    assert.equal(parts.includes("figure"), figure !== undefined, id);
    assert.ok(tries.length >= 1 && tries.length <= 3, id);
    assert.deepEqual(
      tries.filter((name) => !known.has(name)),
      [],
    );
  }
  const tried = new Set(SECTIONS.flatMap(({ tries }) => tries));
  assert.deepEqual(
    EXPERIMENTS.map(({ id }) => id).filter((id) => !tried.has(id)),
    [],
  );
});

test("steps downhill creep, jump, swing or diverge as the text says", () => {
  assert.equal(fateOf(0.3), "creeps");
  assert.equal(fateOf(1), "still");
  assert.equal(fateOf(1.5), "jumps");
  assert.equal(fateOf(2), "swings");
  assert.equal(fateOf(2.1), "diverges");
  assert.deepEqual(descend(0.5, -4, 3), [-4, -2, -1, -0.5]);
  const far = descend(2.1, -3, 12).map(Math.abs);
  assert.ok(far.every((value, i) => i === 0 || value > far[i - 1]));
});

test("He keeps a signal through ReLU layers, and Xavier halves its mean square in each", () => {
  assert.ok(Math.abs(layerFactor(Math.sqrt(2 / 32), 32) - 1) < 1e-12);
  const xavier = layerFactor(Math.sqrt(1 / 32), 32);
  assert.ok(Math.abs(xavier ** 2 - 0.5) < 1e-12);
  assert.ok(Math.abs(signalThrough(xavier, 30)[29] - 2 ** -15) < 1e-12);
});

/** Whether the border is closed: positive in the middle, negative all around. */
function isClosed(/** @type {number} */ count, /** @type {string} */ bend) {
  const { output } = ringOf(count, bend);
  const around = Array.from({ length: 360 }, (_, i) => (i * Math.PI) / 180);
  return output(0, 0) > 0 && around.every((a) => output(60 * Math.cos(a), 60 * Math.sin(a)) < 0);
}

test("from three neurons on the field closes, with linear ones never", () => {
  for (const bend of ["tanh", "relu"]) {
    for (let count = 1; count <= 8; count++) {
      assert.equal(isClosed(count, bend), count >= 3, `${count} ${bend}`);
    }
  }
  for (let count = 1; count <= 8; count++) assert.equal(isClosed(count, "linear"), false);
});

test("a map goes from the upper left corner on, and is never beyond the full colour", () => {
  const map = mapOf((x1, x2) => BENDS.linear(x1 + 10 * x2));
  assert.equal(map.length, SIDE * SIDE);
  assert.equal(map[0], 127);
  assert.equal(map[map.length - 1], -127);
  const across = mapOf((x1) => x1 / 6);
  assert.ok(across[0] < 0 && across[SIDE - 1] > 0);
});
