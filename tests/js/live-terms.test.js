import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { createTranslator } from "../../static/js/i18n.js";
import { createLiveTerms } from "../../static/js/live-terms.js";
import { countParameters, layerWeights } from "../../static/js/weights.js";

const texts = JSON.parse(
  readFileSync(new URL("../../static/i18n/en.glossary.json", import.meta.url), "utf8"),
);
const t = createTranslator("en", texts);
const samples = (/** @type {number} */ n) => ({
  x1: Float32Array.from({ length: n }, (_, i) => i),
  x2: new Float32Array(n),
  label: new Float32Array(n),
});
const spec = {
  features: [{ kind: "x1" }, { kind: "x2" }],
  layers: [{ units: 3 }],
  batch_size: 10,
  learning_rate: 0.03,
  train_share: 50,
};
/** @type {import("../../static/js/live-terms.js").Now} */
const now = {
  spec,
  outputs: 1,
  frame: {
    epoch: 7,
    loss: { test: 0.5, train: 0.25 },
    metrics: {},
    penalty: null,
    rate: 0,
    parameters: Float32Array.from([1, -1, 9, 1, -1, 9, 1, -1, 9, 2, 2, 2, -3]),
  },
  points: { type: "points", run: 1, train: samples(25), test: samples(25) },
  measured: (kind) =>
    kind === "layer_health"
      ? { epoch: 6, data: { layers: [{ dead: 1 / 3, forward: null }, { dead: null }] } }
      : null,
};
const live = createLiveTerms(t, () => now);

test("weights and biases are told apart, layer by layer", () => {
  assert.equal(countParameters([2, 3, 1]), 13);
  assert.deepEqual(layerWeights(now.frame?.parameters ?? [], [2, 3, 1]), [
    { fanIn: 2, fanOut: 3, std: 1, largest: 1, bias: 9 },
    { fanIn: 3, fanOut: 1, std: 0, largest: 2, bias: 3 },
  ]);
  assert.deepEqual(layerWeights([1, 2], [2, 3, 1]), []);
});

test("a term has the number of the run", () => {
  assert.equal(live("learning_rate"), "Now 0.03.");
  assert.equal(live("batch"), "Now 10. Updates per epoch: 3.");
  assert.equal(live("training_loss"), "Now 0.250.");
  assert.equal(live("parameters"), "Now 13.");
  assert.equal(live("fan_in"), "fan_in now, layer by layer: 2, 3.");
  assert.equal(live("initializer"), "Std of the weights now, layer by layer: 1, 0.");
});

test("a heading of a layer has the numbers of its own layer", () => {
  assert.equal(live("layer", 1), "Now 3 × (2 + 1) = 9 parameters.");
  assert.equal(live("layer"), "Now 1 hidden layer; neurons: 3.");
  assert.equal(live("output_layer"), "Now 1 × (3 + 1) = 4 parameters.");
});

test("what is watched says when it was measured, and what is not watched says nothing", () => {
  assert.equal(live("dead"), "At epoch 6, layer by layer: 33%.");
  assert.equal(live("forward_signal"), "At epoch 6, layer by layer: –.");
  assert.equal(createLiveTerms(t, () => ({ ...now, measured: () => null }))("dead"), "");
  assert.equal(live("accuracy"), "");
  assert.equal(live("no such term"), "");
});
