import assert from "node:assert/strict";
import test from "node:test";
import { changeOf, dotsOf, erased, nearest, pointsOf, spray } from "../../static/js/draw/dots.js";
import { packPoints, unpackPoints } from "../../static/js/own-points.js";

/** @param {number[][]} rows x1, x2, label */
const samples = (rows) => ({
  x1: Float32Array.from(rows, ([x1]) => x1),
  x2: Float32Array.from(rows, ([, x2]) => x2),
  label: Float32Array.from(rows, ([, , label]) => label),
});
const POINTS = {
  type: /** @type {const} */ ("points"),
  run: 3,
  train: samples([
    [1, 2, 0],
    [-6, 6, 1],
  ]),
  test: samples([[0.3, -0.7, 1]]),
};
const CIRCLE = { problem: "binary", classes: 3, noise: 20, dataset: { kind: "circle" } };
const dot = (/** @type {number} */ x1, x2 = 0, target = 0) => ({ x1, x2, target, isTest: false });

test("the points of a rule are those that are shown, on both sides", () => {
  const dots = dotsOf(CIRCLE.dataset, POINTS);
  assert.deepEqual(
    dots.map(({ isTest, target }) => [isTest, target]),
    [
      [false, 0],
      [false, 1],
      [true, 1],
    ],
  );
  assert.deepEqual(dotsOf(CIRCLE.dataset, null), []);
  assert.deepEqual(pointsOf(dots, 3), POINTS);
});

test("own points keep their order, and know the side on which the server has put them", () => {
  const columns = { x1: [0.3, 1, -6], x2: [-0.7, 2, 6], target: [1, 0, 1] };
  const dataset = { kind: "custom", numeric: false, points: packPoints(columns, false) };
  const dots = dotsOf(dataset, POINTS);
  assert.deepEqual(
    dots.map(({ isTest }) => isTest),
    [true, false, false],
  );
  assert.deepEqual(
    dots.map(({ target }) => target),
    [1, 0, 1],
  );
});

test("a stroke is a list of points without noise", () => {
  const { dataset, ...others } = changeOf(dotsOf(CIRCLE.dataset, POINTS), CIRCLE, false);
  assert.deepEqual(others, { noise: 0 });
  assert.equal(dataset.kind, "custom");
  assert.deepEqual([...unpackPoints(dataset.points, false).target], [0, 1, 1]);
});

test("what is said of own points stays with them", () => {
  const before = { kind: "custom", points: "", numeric: false, x1_name: "height", x1_low: 150 };
  const { dataset } = changeOf([dot(1), dot(2)], { ...CIRCLE, dataset: before }, false);
  assert.equal(dataset.x1_name, "height");
  assert.equal(dataset.x1_low, 150);
});

test("a class more brings what it needs", () => {
  const three = [dot(1), dot(2, 0, 2)];
  assert.equal(changeOf(three, CIRCLE, false).problem, "multiclass");
  assert.equal(changeOf(three, CIRCLE, false).classes, 3);
  const multi = { ...CIRCLE, problem: "multiclass" };
  assert.equal("classes" in changeOf(three, multi, false), false);
  assert.equal(changeOf([dot(1), dot(2, 0, 5)], multi, false).classes, 6);
  const labels = { ...CIRCLE, problem: "multilabel" };
  assert.deepEqual(Object.keys(changeOf([dot(1), dot(2, 0, 6)], labels, false)).sort(), [
    "dataset",
    "noise",
  ]);
});

test("numbers of a rule beyond -1 and 1 keep their value in the units of the data", () => {
  const spec = { ...CIRCLE, problem: "regression", dataset: { kind: "plane" } };
  const { dataset } = changeOf([dot(1, 0, 1.2), dot(2, 0, -0.6)], spec, true);
  assert.deepEqual([dataset.target_low, dataset.target_high], [-1.2, 1.2]);
  const { target } = unpackPoints(dataset.points, true);
  assert.ok(Math.abs(target[0] - 1) < 1e-4 && Math.abs(target[1] + 0.5) < 1e-4);
});

test("a brush without a radius leaves one point, a wider one several within it", () => {
  assert.deepEqual(spray({ x1: 1, x2: 2 }, { radius: 0, target: 4 }), [dot(1, 2, 4)]);
  const many = spray({ x1: 5.5, x2: 0 }, { radius: 1, target: 1 });
  assert.ok(many.length > 3);
  for (const { x1, x2 } of many) {
    assert.ok(Math.hypot(x1 - 5.5, x2) <= 1 + 1e-9 && x1 <= 6);
  }
});

test("the eraser takes what its way touches", () => {
  const dots = [dot(-3), dot(0, 0.3), dot(0, 1), dot(3), dot(4.2)];
  const left = erased(dots, { x1: -2.9, x2: 0 }, { x1: 4, x2: 0 }, 0.35);
  assert.deepEqual(left, [dot(0, 1)]);
  assert.deepEqual(erased(dots, { x1: 0, x2: 1 }, { x1: 0, x2: 1 }, 0.35).length, 4);
});

test("the nearest point is found within reach only", () => {
  const dots = [dot(0), dot(1)];
  assert.equal(nearest(dots, { x1: 0.8, x2: 0 }, 0.4), dots[1]);
  assert.equal(nearest(dots, { x1: 3, x2: 0 }, 0.4), null);
});
