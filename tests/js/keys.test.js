// Every text is used: its key stands in the code, whole or as a template whose gaps are filled with words of the code.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import * as espree from "espree";
import { simpleTraverse } from "./traverse.js";

const ROOT = new URL("../../", import.meta.url);
const read = (/** @type {string} */ path) => readFileSync(new URL(path, ROOT), "utf8");

/** @param {string} folder @param {RegExp} name @returns {string[]} */
const filesIn = (folder, name) =>
  readdirSync(new URL(folder, ROOT), { recursive: true })
    .map((file) => `${folder}/${file}`)
    .filter((file) => name.test(file));

/** Paths to texts; the forms of a plural are one. @type {(tree: any, path?: string) => string[]} */
const keysOf = (tree, path = "") =>
  typeof tree === "string" || ("other" in tree && Object.keys(tree).every((key) => FORMS.has(key)))
    ? [path]
    : Object.entries(tree).flatMap(([key, value]) => keysOf(value, path ? `${path}.${key}` : key));
const FORMS = new Set(["zero", "one", "two", "few", "many", "other"]);

/**
 * @param {string[]} sources of modules
 * @param {string[]} others texts in which keys stand whole: templates, Python, data
 */
function uses(sources, others) {
  /** Whatever may fill a gap. @type {Set<string>} */
  const words = new Set();
  /** @type {RegExp[]} */
  const templates = [];
  /** Templates of parts of a key: `tip_${name}`. @type {RegExp[]} */
  const pieces = [];
  for (const source of sources) {
    const program = espree.parse(source, { ecmaVersion: "latest", sourceType: "module" });
    simpleTraverse(program, (node) => {
      if (node.type === "Literal" && typeof node.value === "string") words.add(node.value);
      if (node.type === "Property" && node.key.type === "Identifier") words.add(node.key.name);
      if (node.type !== "TemplateLiteral") return;
      const [first, ...rest] = node.quasis.map((/** @type {any} */ quasi) => quasi.value.cooked);
      const parts = [first, ...rest];
      if (rest.length === 0 || !parts.every((part) => /^[\w.]*$/.test(part))) return;
      if (/^[a-z_]+\./.test(first)) templates.push(pattern(parts));
      else if (/[a-z]{2}/.test(parts.join(""))) pieces.push(pattern(parts));
    });
  }
  for (const text of others) {
    for (const [, word] of text.matchAll(/["']([\w.-]+)["']/g)) words.add(word);
    // `"a.b." ~ name` of a template, `f"a.b.{name}"` of Python
    for (const [, first] of text.matchAll(/"([a-z_]+\.[\w.]*)(?:" ~ |\{)/g))
      templates.push(pattern([first, ""]));
  }
  const isWord = (/** @type {string} */ part) =>
    words.has(part) ||
    pieces.some((piece) =>
      piece
        .exec(part)
        ?.slice(1)
        .every((gap) => words.has(gap)),
    );
  return {
    /** @param {string} key */
    has(key) {
      if (words.has(key)) return true;
      return templates.some((template) => {
        const gaps = template.exec(key)?.slice(1);
        return gaps?.every((gap) => gap.split(".").every(isWord));
      });
    },
  };
}

/** @param {string[]} parts */
const pattern = (parts) =>
  new RegExp(
    `^${parts.map((part) => part.replaceAll(".", "\\.")).join("([\\w-]+(?:\\.[\\w-]+)*)")}$`,
  );

/** What the page lists whatever there is of it: all terms of the glossary. */
const LISTED = /^glossary\.terms\.\w+\.(term|text|formula)$/;

const KEYS = filesIn("static/i18n", /\/en\b(?!\.server).*\.json$/).flatMap((file) =>
  keysOf(JSON.parse(read(file))),
);
const SOURCES = filesIn("static/js", /\.js$/).map(read);
const OTHERS = [
  ...filesIn("templates", /\.html$/),
  ...filesIn("app", /\.py$/),
  ...filesIn("engine", /\.py$/),
  "static/experiments.json",
  ...filesIn("scripts", /examples\.mjs$/),
].map(read);

test("every text is used", () => {
  const used = uses(SOURCES, OTHERS);
  assert.ok(KEYS.length > 500, `only ${KEYS.length} texts`);
  assert.deepEqual(
    KEYS.filter((key) => !used.has(key) && !LISTED.test(key)),
    [],
  );
});

test("a text that nothing names is found", () => {
  const used = uses(
    ['t("a.b"); t(`c.${kind}.name`); const kinds = ["relu", "tanh"];'],
    ['{{ t("d." ~ kind) }}', 't(f"e.{kind}")'],
  );
  assert.deepEqual(
    ["a.b", "a.c", "c.relu.name", "c.gone.name", "c.relu.help"].map((key) => used.has(key)),
    [true, false, true, false, false],
  );
  assert.deepEqual(
    ["d.relu", "d.gone", "e.tanh", "e.gone"].map((key) => used.has(key)),
    [true, false, true, false],
  );
});
