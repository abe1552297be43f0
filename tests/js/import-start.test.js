import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { createTranslator } from "../../static/js/i18n.js";
import { titleOf } from "../../static/js/dialogs/import-start.js";

const read = (/** @type {string} */ path) =>
  readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

test("an example has its title in every language, or that of the list", () => {
  const ids = [...read("scripts/examples.mjs").matchAll(/^ {4}id: "([a-z-]+)"/gm)].map((m) => m[1]);
  assert.ok(ids.length >= 4);
  for (const name of readdirSync(new URL("../../static/i18n", import.meta.url))) {
    if (!name.endsWith(".import.json")) continue;
    const t = createTranslator(name.slice(0, 2), JSON.parse(read(`static/i18n/${name}`)));
    for (const id of ids) assert.ok(t.has(`import.titles.${id}`), `${name} ${id}`);
  }
  const t = createTranslator("en", {});
  const other = { id: "new", title: "New", file: "", x1: "", x2: "", target: "", source: "" };
  assert.equal(titleOf(t, other), "New");
});
