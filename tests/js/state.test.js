import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import {
  hidingLink,
  initialState,
  isPlaying,
  playedHash,
  sharedActivation,
  toggleFeature,
  withActivation,
  withDefaults,
  withExperiment,
  withLayers,
  withoutPending,
  withPending,
  withUnits,
} from "../../static/js/state.js";

const EXPERIMENT = JSON.parse(
  readFileSync(new URL("../contract/fixtures/experiment.json", import.meta.url), "utf8"),
);
const experiment = (/** @type {object} */ changes) => ({
  ...EXPERIMENT,
  spec: { ...EXPERIMENT.spec, ...changes },
});
const start = () => withExperiment(initialState(), EXPERIMENT);

test("the first state is paused and has no experiment", () => {
  assert.equal(isPlaying(initialState()), false);
  assert.equal(initialState().experiment, null);
});

test("a change shows at once, before the server has answered", () => {
  const state = withPending(start(), 1, { noise: 20 });
  assert.equal(state.spec.noise, 20);
  assert.equal(state.experiment?.spec.noise, 0);
});

test("the server's answer is the truth", () => {
  const state = withExperiment(withPending(start(), 1, { noise: 200 }), experiment({ noise: 80 }));
  assert.equal(state.spec.noise, 80);
  assert.deepEqual(state.pending, []);
});

test("an answer to an earlier change does not undo what the user has done since", () => {
  let state = withPending(withPending(start(), 1, { noise: 5 }), 2, { noise: 10 });
  state = withExperiment(state, experiment({ noise: 5 }));
  assert.equal(state.spec.noise, 10);
  state = withExperiment(state, experiment({ noise: 10 }));
  assert.equal(state.spec.noise, 10);
  assert.deepEqual(state.pending, []);
});

test("a refused change goes back to what was", () => {
  const state = withoutPending(withPending(start(), 7, { noise: 20 }), 7);
  assert.equal(state.spec.noise, 0);
});

test("a new connection forgets what was under way", () => {
  const state = withPending(withPending(start(), 1, { noise: 5 }), 2, {}, { discretize: true });
  assert.equal(state.view.discretize, true);
  assert.deepEqual(withoutPending(state).pending, []);
  assert.equal(withoutPending(state).view.discretize, false);
});

test("giving up what is not under way changes nothing", () => {
  const state = start();
  assert.equal(withoutPending(state, 99), state);
});

const layer = (/** @type {number} */ units, /** @type {string} */ kind) => ({
  units,
  activation: { kind },
});

test("layers share an activation only when all have the same parameters, too", () => {
  assert.deepEqual(sharedActivation([layer(1, "f"), layer(2, "f")]), { kind: "f" });
  assert.equal(sharedActivation([layer(1, "f"), layer(2, "g")]), null);
  const sloped = { units: 1, activation: { kind: "f", alpha: 0.1 } };
  assert.equal(sharedActivation([layer(1, "f"), sloped]), null);
  assert.equal(sharedActivation([]), null);
});

test("one control sets the activation of all layers", () => {
  const layers = withActivation([layer(4, "f"), layer(2, "g")], { kind: "h" });
  assert.deepEqual(layers, [layer(4, "h"), layer(2, "h")]);
});

test("a new layer has two units and the activation of the last one", () => {
  const options = { most: 3, activation: { kind: "first" } };
  assert.deepEqual(withLayers([layer(4, "f")], 1, options).at(-1), layer(2, "f"));
  assert.deepEqual(withLayers([], 1, options), [layer(2, "first")]);
  assert.equal(withLayers([layer(1, "f"), layer(1, "f"), layer(1, "f")], 1, options).length, 3);
  assert.deepEqual(withLayers([layer(4, "f")], -1, options), []);
});

test("units stay between one and the most there can be", () => {
  const layers = [layer(1, "f"), layer(8, "f")];
  assert.equal(withUnits(layers, 0, -1, 8)[0].units, 1);
  assert.equal(withUnits(layers, 1, 1, 8)[1].units, 8);
  assert.equal(withUnits(layers, 0, 1, 8)[0].units, 2);
});

test("features keep the order of the catalogue", () => {
  const known = ["a", "b", "c"].map((kind) => ({ kind, default: { kind } }));
  const kinds = (/** @type {{kind: string}[]} */ list) => list.map(({ kind }) => kind);
  const features = [{ kind: "c" }, { kind: "a" }];
  assert.deepEqual(kinds(toggleFeature(features, { kind: "b" }, known)), ["a", "b", "c"]);
  assert.deepEqual(kinds(toggleFeature([{ kind: "a" }], { kind: "a" }, known)), []);
});

test("formulas come after the other features, and are told apart by their text", () => {
  const known = ["a", "f"].map((kind) => ({ kind, default: { kind, text: "x1" } }));
  known[0].default = /** @type {any} */ ({ kind: "a" });
  const [one, other] = ["x1^3", "x2^3"].map((text) => ({ kind: "f", text }));
  assert.deepEqual(toggleFeature([one, other], { kind: "a" }, known), [{ kind: "a" }, one, other]);
  assert.deepEqual(toggleFeature([{ kind: "a" }, one], other, known), [{ kind: "a" }, one, other]);
  assert.deepEqual(toggleFeature([one, other], { ...one }, known), [other]);
});

test("a link says how the experiment is played, where that is not as usual", () => {
  const { status } = initialState();
  const hash = (/** @type {object} */ changes) =>
    playedHash("#v=1", { ...status, ...changes }, 120);
  assert.equal(hash({ epochs_per_second: 120 }), "#v=1");
  assert.equal(hash({ epochs_per_second: null }), "#v=1&speed=0");
  assert.equal(
    hash({ epochs_per_second: 5.5, until_epoch: 300, until_test_loss: 0.02 }),
    "#v=1&speed=5.5&until_epoch=300&until_test_loss=0.02",
  );
});

test("a link of our own names the hidden controls in one list", () => {
  const link = hidingLink(
    "#v=1&noise=5&hidden=noise&hide_text=true",
    ["dataset", "problem"],
    false,
  );
  assert.equal(link, "#v=1&noise=5&hidden=dataset,problem");
  assert.equal(hidingLink("#v=1", [], true), "#v=1&hide_text=true");
  assert.equal(hidingLink("", ["noise"], false), "#v=1&hidden=noise");
});

test("a TensorFlow Playground link hides controls in its own way", () => {
  const link = hidingLink("#dataset=spiral&noise_hide=true&hideText=true", ["problem"], false);
  assert.equal(link, "#dataset=spiral&problem_hide=true");
});

test("a visit without a link begins with the defaults, which the server's word replaces", () => {
  const fields = /** @type {any} */ ({
    problem: { default: "binary" },
    learning_rate: { default: 0.03 },
  });
  const usual = withDefaults(initialState(), { fields, speed: 120 });
  assert.deepEqual(usual.spec, { problem: "binary", learning_rate: 0.03 });
  assert.equal(usual.status.epochs_per_second, 120);
  assert.equal(usual.experiment?.run, 0);
  const told = withExperiment(usual, {
    .../** @type {any} */ (usual.experiment),
    run: 1,
    spec: { problem: "regression" },
  });
  assert.deepEqual([told.experiment?.run, told.spec], [1, { problem: "regression" }]);
});
