import assert from "node:assert/strict";
import test from "node:test";
import {
  confusionTable,
  givesProbabilities,
  outputRows,
  sortOf,
} from "../../static/js/output-model.js";

const base = { output_sum: 1, prediction: [1], bayes: null };
const two = {
  ...base,
  logits: [2],
  output: [0.88],
  losses: [
    { target: 0, loss: 2.13 },
    { target: 1, loss: 0.13 },
  ],
  confusion: {
    train: [
      [1, 0],
      [0, 1],
    ],
    test: [
      [1, 0],
      [0, 1],
    ],
  },
};

test("what the output is follows from its measurement", () => {
  assert.equal(sortOf(two), "two");
  assert.equal(sortOf({ ...two, confusion: { train: null, test: null } }), "number");
  assert.equal(sortOf({ ...two, logits: [1, 2, 3] }), "classes");
  assert.equal(sortOf({ ...two, losses: [{ output: 0, target: 0, loss: 1 }] }), "labels");
});

test("an output function gives probabilities when its formula calls them p", () => {
  assert.ok(givesProbabilities("-t \\ln p - (1 - t) \\ln(1 - p),\\quad p = \\sigma(z)"));
  assert.ok(givesProbabilities("-\\ln p_c,\\quad p_i = e^{z_i} / \\sum_j e^{z_j}"));
  assert.ok(!givesProbabilities("\\tfrac12 (o - t)^2,\\quad o = \\tanh z"));
  assert.ok(!givesProbabilities("\\tfrac12 (z - t)^2"));
  assert.ok(!givesProbabilities(null));
});

test("one probability stands for two classes whose rows sum to 1", () => {
  const rows = outputRows(two, true);
  assert.deepEqual(
    rows.map(({ logit }) => logit),
    [-2, 2],
  );
  assert.equal(rows[0].output + rows[1].output, 1);
  assert.deepEqual(
    rows.map(({ losses }) => losses),
    [[2.13], [0.13]],
  );
});

test("each label has a loss for being there and for not being there", () => {
  const labels = {
    ...two,
    logits: [1, -1],
    output: [0.7, 0.3],
    losses: [0, 1].flatMap((output) =>
      [0, 1].map((target) => ({ output, target, loss: output + target })),
    ),
  };
  assert.deepEqual(
    outputRows(labels, true).map(({ losses }) => losses),
    [
      [0, 1],
      [1, 2],
    ],
  );
});

test("of several labels each has its own table", () => {
  const tables = [
    [
      [1, 2],
      [3, 4],
    ],
    [
      [5, 6],
      [7, 8],
    ],
  ];
  assert.deepEqual(confusionTable(tables, 1), tables[1]);
  assert.deepEqual(confusionTable(tables[0], 1), tables[0]);
  assert.equal(confusionTable(null, 0), null);
});
