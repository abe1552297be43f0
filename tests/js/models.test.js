import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { createModels } from "../../static/js/models.js";

const EXPERIMENT = JSON.parse(
  readFileSync(new URL("../contract/fixtures/experiment.json", import.meta.url), "utf8"),
);
const entry = (/** @type {string} */ kind, parameters = /** @type {object[]} */ ([])) => ({
  kind,
  label: kind,
  html: kind,
  map: "",
  scale: 1,
  tfp: kind,
  parameters,
  default: { kind },
});
const CATALOG = /** @type {any} */ ({
  limits: { layers: 30, units: 32 },
  fields: { features: { maximum: 16 } },
  components: {
    feature: [entry("x1"), entry("x2"), entry("x1^2"), entry("formula", [{}])],
    activation: [],
  },
});
const FORMULA = EXPERIMENT.formulas[0];
const t = /** @type {any} */ ((/** @type {string} */ key) => key);

/** @param {object[]} features @param {object[]} formulas */
const experiment = (features, formulas = [], hidden = /** @type {string[]} */ ([])) => ({
  ...EXPERIMENT,
  spec: { ...EXPERIMENT.spec, features },
  formulas,
  view: { ...EXPERIMENT.view, hidden },
});
/** @param {ReturnType<ReturnType<typeof createModels>["network"]>} model */
const drawn = ({ features }) =>
  features.map(({ label, active }) => `${label}${active ? "" : " (off)"}`);

test("features with a name are always drawn, formulas after them", () => {
  const models = createModels(CATALOG, t);
  const inputs = [{ kind: "x1" }, { kind: "formula", text: "x1^3" }];
  const model = models.network(experiment(inputs, [FORMULA]), false);
  assert.deepEqual(drawn(model), ["x1", "x2 (off)", "x1^2 (off)", "x1^3"]);
  assert.deepEqual(models.feature(3).feature, { kind: "formula", text: "x1^3" });
  assert.equal(models.feature(3).scale, FORMULA.scale);
  assert.ok(models.feature(3).map.length > 0);
});

test("inputs are drawn in the order of the experiment, as its weights are", () => {
  const models = createModels(CATALOG, t);
  const inputs = [{ kind: "formula", text: "x1^3" }, { kind: "x1^2" }, { kind: "x1" }];
  const model = models.network(experiment(inputs, [FORMULA]), false);
  assert.deepEqual(drawn(model), ["x1^3", "x2 (off)", "x1^2", "x1"]);
});

test("a formula that was switched off stays until it is forgotten", () => {
  const models = createModels(CATALOG, t);
  const formula = { kind: "formula", text: "x1^3" };
  models.network(experiment([formula], [FORMULA]), false);
  models.keep(formula);
  models.keep({ kind: "x1" });
  const without = experiment([{ kind: "x1" }]);
  assert.deepEqual(drawn(models.network(without, false)).slice(-1), ["x1^3 (off)"]);
  const again = models.network(experiment([formula], [FORMULA]), false);
  assert.deepEqual(drawn(again).slice(-1), ["x1^3"]);
  models.forget(formula);
  assert.equal(drawn(models.network(without, false)).length, 3);
});

test("a link hides features by the names of TensorFlow Playground", () => {
  const models = createModels(CATALOG, t);
  const { features } = models.network(experiment([{ kind: "x1" }], [], ["x2"]), false);
  assert.deepEqual(
    features.map(({ hidden }) => hidden),
    [false, true, false],
  );
});
