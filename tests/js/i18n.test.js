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

/**
 * Every text of a language, each with its forms for numbers where it has some.
 *
 * @param {string} language
 * @returns {Map<string, string | Record<string, string>>}
 */
function textsOf(language) {
  const found = new Map();
  const walk = (/** @type {Record<string, any>} */ tree, /** @type {string} */ path) => {
    for (const [key, value] of Object.entries(tree)) {
      const isText = typeof value === "string" || typeof value.one === "string";
      if (isText) found.set(`${path}${key}`, value);
      else walk(value, `${path}${key}.`);
    }
  };
  const names = readdirSync(new URL("../../static/i18n", import.meta.url));
  for (const name of names.filter((name) => name.startsWith(`${language}.`))) {
    // What the server says has its own form (tests/contract/test_server_texts.py).
    if (!/server|protocol/.test(name)) walk(JSON.parse(read(`static/i18n/${name}`)), "");
  }
  return found;
}

/** A number of things, as each language writes it. @type {Record<string, RegExp>} */
const COUNTED = {
  en: /\{\w+\} (?:[a-z]+ )?(?:characters|columns|epochs|features|inputs|layers|lines|neurons|parameters|points|rows|samples|steps|updates|values|weights)\b/,
  es: /\{\w+\} (?:caracteres|características|capas|columnas|entradas|épocas|filas|líneas|muestras|neuronas|parámetros|pasos|pesos|puntos|actualizaciones|valores)\b/,
};

/** What is said of many things only: of limits, of too many, of at least two. */
const OF_MANY = new Set([
  "glossary.now.pair",
  "glossary.now.units",
  "import.done",
  "import.done_drawn",
  "import.picture",
  "import.refusal.classes_many",
  "import.refusal.classes_names",
  "import.refusal.columns_many",
  "import.refusal.endless",
  "import.rows_drawn",
  "insights.gradients.path",
  "network.most_features",
  "network.most_layers",
  "network.most_units",
  "network.strongest",
  "protocol.types.maxLength",
  "share.long",
  "share.qr_long",
]);

for (const [language, counted] of Object.entries(COUNTED)) {
  test(`a number of things has a form for one (${language})`, () => {
    const texts = textsOf(language);
    assert.ok(texts.size > 500, `only ${texts.size} texts found`);
    const without = [...texts].filter(
      ([key, text]) => typeof text === "string" && counted.test(text) && !OF_MANY.has(key),
    );
    assert.deepEqual(without, []);
    assert.match("{units} neurons, {rows} filas", counted);
  });

  test(`forms are those of the language, and chosen by the number that they show (${language})`, () => {
    const tags = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const other = textsOf(language === "en" ? "es" : "en");
    for (const [key, forms] of textsOf(language)) {
      if (typeof forms === "string") continue;
      assert.deepEqual(
        Object.keys(forms).filter((form) => !tags.includes(/** @type {any} */ (form))),
        [],
        key,
      );
      assert.ok(forms.other.includes("{count}"), key);
      assert.equal(typeof other.get(key), "object", key);
    }
  });
}

test("what is said of many is said", () => {
  const texts = textsOf("en");
  assert.deepEqual(
    [...OF_MANY].filter((key) => !texts.has(key)),
    [],
  );
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
