import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { createTranslator } from "../../static/js/i18n.js";

const read = (/** @type {string} */ path) =>
  readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const TREES = readdirSync(new URL("../../static/i18n", import.meta.url))
  .filter((name) => /^en\b.*\.json$/.test(name))
  .map((name) => JSON.parse(read(`static/i18n/${name}`)));

test("a dotted path leads to a text whose names are filled in", () => {
  const t = createTranslator("en", { a: { b: "{n} of {m}, {n}" } });
  assert.equal(t("a.b", { n: 1, m: 2 }), "1 of 2, 1");
  assert.equal(t("a.b", { n: 1 }), "1 of {m}, 1");
});

test("plural forms are chosen by the count", () => {
  const t = createTranslator("en", { layers: { one: "{count} layer", other: "{count} layers" } });
  assert.equal(t("layers", { count: 1 }), "1 layer");
  assert.equal(t("layers", { count: 0 }), "0 layers");
});

test("what the first language lacks comes from the next, and else the key shows", () => {
  const t = createTranslator("es", { a: { x: "uno" } }, { a: { x: "one", y: "two" } });
  assert.equal(t("a.x"), "uno");
  assert.equal(t("a.y"), "two");
  assert.equal(t("a.z"), "a.z");
  assert.equal(t.has("a.y"), true);
  assert.equal(t.has("a.z"), false);
  assert.equal(t.has("a.constructor"), false);
});

test("every text that a script or template names exists", () => {
  const t = createTranslator("en", ...TREES);
  const scripts = readdirSync(new URL("../../static/js", import.meta.url), { recursive: true });
  const sources = [
    ...scripts.filter((name) => `${name}`.endsWith(".js")).map((name) => `static/js/${name}`),
    "templates/base.html",
    "templates/index.html",
  ];
  const named = sources.flatMap((path) =>
    [...read(path).matchAll(/\bt\(\s*"([a-z_0-9.]+)"/gi)].map((match) => match[1]),
  );
  assert.ok(named.length > 60, `only ${named.length} texts found`);
  assert.deepEqual(
    [...new Set(named)].filter((key) => !t.has(key)),
    [],
  );
});

test("no text is empty", () => {
  /** @type {(tree: object, path?: string) => string[]} */
  const leaves = (tree, path = "") =>
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === "string"
        ? value.trim()
          ? []
          : [`${path}${key}`]
        : leaves(value, `${path}${key}.`),
    );
  assert.deepEqual(
    TREES.flatMap((tree) => leaves(tree)),
    [],
  );
});
