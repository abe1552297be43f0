// Every language says what English says: the same keys, names to fill in, markup and formulas.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const FOLDER = new URL("../../static/i18n/", import.meta.url);
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
/** The texts of the page: tests/contract/test_server_texts.py holds the server's to each other. */
const ENGLISH = FILES.filter((name) => /^en\b(?!\.server)/.test(name));
const LANGUAGES = FILES.map((name) => /^([a-z]{2,3})\.json$/.exec(name)?.[1] ?? "en").filter(
  (language) => language !== "en",
);

/** @typedef {{[key: string]: string | Tree}} Tree */

const FORMS = new Set(["zero", "one", "two", "few", "many", "other"]);

/** @type {(value: Tree) => boolean} */
const isPlural = (value) => "other" in value && Object.keys(value).every((key) => FORMS.has(key));

/** @type {(name: string) => Tree} */
const read = (name) => JSON.parse(readFileSync(new URL(name, FOLDER), "utf-8"));

/**
 * What a translation may not change, by dotted path. The forms of a plural belong to the language.
 *
 * @type {(tree: Tree, path?: string) => [string, string[]][]}
 */
function constants(tree, path = "") {
  return Object.entries(tree).flatMap(([key, value]) => {
    if (typeof value === "string") return [[path + key, constantsOf(value)]];
    if (isPlural(value))
      return Object.values(value).map((form) => [path + key, constantsOf(`${form}`)]);
    return constants(value, `${path}${key}.`);
  });
}

/** @param {string} text */
const constantsOf = (text) =>
  [...new Set(text.match(/\{\w+\}|<\/?[a-z]+>|\$\$?|\*\*/g) ?? [])].sort();

/** @type {(name: string) => Record<string, string[]>} */
const agreement = (name) => Object.fromEntries(constants(read(name)).sort());

for (const language of LANGUAGES)
  for (const english of ENGLISH) {
    const own = english.replace(/^en/, language);
    test(`${own} says what ${english} says`, () => {
      assert.deepEqual(agreement(own), agreement(english));
    });
  }

test("every plural has the forms that its language counts with", () => {
  /** @type {(tree: Tree, forms: string[], path: string) => string[]} */
  const lacking = (tree, forms, path) =>
    Object.entries(tree).flatMap(([key, value]) => {
      if (typeof value === "string") return [];
      if (!isPlural(value)) return lacking(value, forms, `${path}${key}.`);
      return forms.every((form) => form in value) ? [] : [path + key];
    });
  for (const name of FILES) {
    const forms = [0, 1, 2, 5].map((n) => new Intl.PluralRules(name.split(".")[0]).select(n));
    assert.deepEqual(lacking(read(name), [...new Set(forms)], `${name} `), []);
  }
});
