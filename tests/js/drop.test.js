import assert from "node:assert/strict";
import { test } from "node:test";
import { handlerFor, named } from "../../static/js/drop.js";

const saved = { takes: named([".json"], ["application/json"]), open: () => {} };
const table = { takes: named([".csv", ".tsv"], ["text/csv"]), open: () => {} };
const handlers = [saved, table];

test("the first handler that takes a file opens it", () => {
  assert.equal(handlerFor([{ name: "a.json", type: "" }], handlers), saved);
  assert.equal(handlerFor([{ name: "A.CSV", type: "" }], handlers), table);
  assert.equal(handlerFor([{ name: "download", type: "text/csv" }], handlers), table);
});

test("what nobody takes, several files and no file are told apart", () => {
  assert.equal(handlerFor([{ name: "a.pdf", type: "application/pdf" }], handlers), "unknown");
  const two = [
    { name: "a.json", type: "" },
    { name: "b.json", type: "" },
  ];
  assert.equal(handlerFor(two, handlers), "several");
  assert.equal(handlerFor([], handlers), "none");
});
