import assert from "node:assert/strict";
import test from "node:test";

import { describeDivergence, milestones, slowerRate } from "../../static/js/divergence.js";
import { createTranslator } from "../../static/js/i18n.js";
import { TEXTS } from "../../static/js/texts.js";

const t = createTranslator("en", ...TEXTS);
const info = { epoch: 0, step: 11, layer: 2, what: "gradient" };

test("a third of the rate is offered, in two digits", () => {
  assert.deepEqual([3, 10, 0.03].map(slowerRate), [1, 3.3, 0.01]);
});

test("of how the weights grew, the start and the last steps are told, each size once", () => {
  const sizes = [
    [0, 0.7],
    [5, 2],
    [6, 2],
    [7, 40],
    [8, 1e4],
    [9, 1e9],
  ];
  assert.deepEqual(
    milestones(sizes.map(([step, size]) => ({ step, size }))).map(({ step }) => step),
    [0, 7, 8, 9],
  );
  assert.deepEqual(milestones([]), []);
});

test("a divergence is told with its step, its layer, what grew, and how", () => {
  const growth = [
    { step: 0, size: 0.69 },
    { step: 10, size: 7.2e133 },
  ];
  assert.equal(
    describeDivergence(t, { ...info, growth }, 3),
    "Epoch 0, step 11: the gradients of hidden layer 3 grew beyond what can be computed. " +
      "Largest weight there: 0.69 at the start, 7.2e133 at step 10.",
  );
});

test("the output layer is named as such, and the optimizer has no layer", () => {
  const output = describeDivergence(t, { ...info, what: "loss", growth: [] }, 2);
  assert.match(output, /the loss of the output layer grew/);
  const optimizer = { ...info, layer: null, what: "optimizer state", growth: [] };
  assert.match(describeDivergence(t, optimizer, 2), /what the optimizer remembers/);
});

for (const what of ["pre-activation", "gradient", "weight", "loss"]) {
  test(`there is a word for ${what}`, () => {
    assert.doesNotMatch(describeDivergence(t, { ...info, what, growth: [] }, 2), /divergence\./);
  });
}
