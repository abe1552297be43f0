import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { findTerms, glossaryTerms } from "../../static/js/glossary.js";
import { createTranslator } from "../../static/js/i18n.js";
import { PLACES } from "../../static/js/places.js";

const texts = JSON.parse(
  readFileSync(new URL("../../static/i18n/en.glossary.json", import.meta.url), "utf8"),
);
const ids = Object.keys(texts.glossary.terms);
const terms = glossaryTerms(createTranslator("en", texts), ids);

test("every place of the page names a term that there is", () => {
  for (const [selector, id] of PLACES) assert.ok(ids.includes(id), `${selector}: ${id}`);
});

test("every term has words, and they stand in the order of the alphabet", () => {
  for (const { term, text } of terms) assert.ok(term && text.length > 20, term);
  const names = terms.map(({ term }) => term);
  assert.deepEqual(
    names,
    names.toSorted((a, b) => a.localeCompare(b)),
  );
});

test("the search finds names before explanations", () => {
  assert.equal(findTerms(terms, "epoch")[0].id, "epoch");
  assert.ok(findTerms(terms, "LECUN").some(({ id }) => id === "xavier"));
  assert.equal(findTerms(terms, "").length, terms.length);
  assert.deepEqual(findTerms(terms, "no such word"), []);
});
