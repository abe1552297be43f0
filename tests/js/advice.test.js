import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { createSteadyList, describeChanges } from "../../static/js/advice.js";
import { createTranslator } from "../../static/js/i18n.js";

const texts = JSON.parse(
  readFileSync(new URL("../../static/i18n/en.insights.json", import.meta.url), "utf8"),
);
const t = createTranslator("en", texts, { field: { standardize: "Standardize inputs" } });
const entry = (/** @type {string} */ kind, /** @type {string} */ label) => ({ kind, label });
const catalog = /** @type {any} */ ({
  fields: {
    initializer: { type: "component", component: "initializer" },
    learning_rate: { type: "number" },
    standardize: { type: "boolean" },
  },
  components: {
    initializer: [entry("i", "He normal")],
    activation: [entry("r", "ReLU"), entry("s", "Sigmoid")],
  },
});
const layers = [{ units: 2, activation: { kind: "s" } }];
const say = (/** @type {Record<string, any>} */ changes) =>
  describeChanges(changes, { spec: { layers }, catalog, t });

test("a button says what its change does", () => {
  assert.equal(say({ initializer: { kind: "i" } }), "Use He normal");
  assert.equal(say({ learning_rate: 0.03 }), "Rate 0.03");
  assert.equal(say({ standardize: true }), "Standardize inputs");
  assert.equal(say({}), "");
});

test("changes of layers in their own words", () => {
  const relu = { units: 2, activation: { kind: "r" } };
  assert.equal(say({ layers: [relu] }), "Use ReLU");
  assert.equal(say({ layers: [relu], initializer: { kind: "i" } }), "Use ReLU + He normal");
  assert.equal(say({ layers: [...layers, relu] }), "Add a hidden layer");
  assert.equal(say({ layers: [{ ...layers[0], units: 6 }] }), "6 neurons");
});

test("what holds no longer stays for a moment", () => {
  const list = createSteadyList(1000);
  const a = { code: "a" };
  const b = { code: "b" };
  assert.deepEqual(list.update([a, b], 0), [a, b]);
  assert.deepEqual(list.update([b], 500), [b, a]);
  assert.deepEqual(list.update([b], 1600), [b]);
  list.clear();
  assert.deepEqual(list.update([], 1700), []);
});
