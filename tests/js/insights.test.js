import assert from "node:assert/strict";
import test from "node:test";
import { setLocale } from "../../static/js/format.js";
import {
  asWritten,
  coarser,
  curveRanges,
  expectedCount,
  familyOf,
  formatExact,
  formatPower,
  formatRatio,
  formatShare,
  logRange,
  logTicks,
  quadrants,
  rowShares,
  sampleAt,
  squareAround,
} from "../../static/js/insights.js";

test("numbers near 0 and near 1 keep their digits", () => {
  assert.equal(formatExact(0.9999546), "0.99995");
  assert.equal(formatExact(4.53979e-5), "4.54e−5");
  assert.equal(formatExact(-0.25), "−0.25");
  assert.equal(formatExact(0), "0");
  assert.equal(formatExact(null), "–");
});

test("a ratio has three digits that count, and always as many", () => {
  assert.equal(formatRatio(0.528364), "0.528");
  assert.equal(formatRatio(0.5), "0.500");
  assert.equal(formatRatio(0.99996), "1.00");
  assert.equal(formatRatio(-13.456), "−13.5");
  assert.equal(formatRatio(12345.6), "12346");
  assert.equal(formatRatio(4.53979e-7), "4.54e−7");
  assert.equal(formatRatio(0), "0");
  assert.equal(formatRatio(null), "–");
  setLocale("es-ES");
  assert.equal(formatRatio(0.528364), "0,528");
  setLocale("en");
});

test("a small share is not called nothing, nor a large one everything", () => {
  assert.equal(formatShare(0), "0%");
  assert.equal(formatShare(0.0002), "<0.1%");
  assert.equal(formatShare(2 ** -7), "0.8%");
  assert.equal(formatShare(0.41), "41%");
  assert.equal(formatShare(0.9999), ">99.9%");
  assert.equal(formatShare(1), "100%");
  assert.equal(formatShare(null), "–");
});

test("a curve is read at its samples exactly, and between them on a line", () => {
  const z = Array.from({ length: 241 }, (_, i) => -12 + i / 10);
  const curve = { z, f: z.map((x) => Math.max(0, x)), slope: z.map((x) => (x > 0 ? 1 : 0)) };
  assert.deepEqual(sampleAt(curve, 0), { f: 0, slope: 0 });
  assert.deepEqual(sampleAt(curve, 10), { f: curve.f[220], slope: 1 });
  assert.deepEqual(sampleAt(curve, -12), { f: 0, slope: 0 });
  assert.ok(Math.abs(sampleAt(curve, 3.14).f - 3.14) < 1e-9);
});

test("function and derivative have their zeros at the same height and both fit in", () => {
  const z = Array.from({ length: 241 }, (_, i) => -12 + i / 10);
  const curves = [
    [(/** @type {number} */ x) => x, () => 1],
    [(/** @type {number} */ x) => Math.max(0, x), (/** @type {number} */ x) => (x > 0 ? 1 : 0)],
    [(/** @type {number} */ x) => x / (1 + Math.exp(-x)), () => -0.1],
    [Math.tanh, (/** @type {number} */ x) => 1 - Math.tanh(x) ** 2],
  ];
  for (const [f, slope] of curves) {
    const curve = { z, f: z.map(f), slope: z.map(slope) };
    const ranges = curveRanges(curve);
    const zero = (/** @type {[number, number]} */ [low, high]) => -low / (high - low);
    assert.ok(Math.abs(zero(ranges.f) - zero(ranges.slope)) < 1e-9);
    assert.ok(ranges.f[0] <= Math.min(...curve.f) && ranges.f[1] >= Math.max(...curve.f));
    assert.ok(ranges.slope[0] <= Math.min(...curve.slope));
    assert.ok(ranges.slope[1] >= Math.max(...curve.slope));
  }
});

test("steps are counted by quadrant; those along an axis in none", () => {
  assert.deepEqual(
    quadrants([
      [0, 1, 0, -1, 0, 1],
      [0, 1, 2, 1, 0, 0],
    ]),
    [1, 1, 1, 1],
  );
});

test("the window around a path is square and holds it", () => {
  const { x, y } = squareAround([
    [0, 4],
    [1, 2],
  ]);
  assert.ok(Math.abs(x[1] - x[0] - (y[1] - y[0])) < 1e-9);
  assert.ok(x[0] < 0 && x[1] > 4 && y[0] < 1 && y[1] > 2);
  const still = squareAround([
    [3, 3],
    [3, 3],
  ]);
  assert.ok(still.x[1] > still.x[0]);
});

test("the family of a distribution is what its formula says", () => {
  assert.equal(familyOf("N\\!\\left(0, \\sqrt{2 / n_{in}}\\right)"), "normal");
  assert.equal(familyOf("U(-l, l)"), "uniform");
  assert.equal(familyOf("0"), "none");
  assert.equal(familyOf(null), "none");
});

test("expected counts add up to the number of draws", () => {
  for (const family of /** @type {const} */ (["normal", "uniform"])) {
    const expected = expectedCount(family, { std: 0.5, n: 200, width: 0.01 });
    let sum = 0;
    for (let x = -4.995; x < 5; x += 0.01) sum += expected(x);
    assert.ok(Math.abs(sum - 200) < 1.5, `${family}: ${sum}`);
  }
});

test("a log axis spans whole decades, and not endlessly many", () => {
  assert.deepEqual(logRange([0.5, 0.002, null, 0]), [-3, 0]);
  assert.deepEqual(logRange([0.1]), [-2, -1]);
  assert.deepEqual(logRange([]), [-1, 0]);
  assert.deepEqual(logRange([1, 1e-60], 24), [-24, 0]);
  assert.deepEqual(logTicks([-6, 0], 4), [0, -2, -4, -6]);
  assert.equal(formatPower(-2), "0.01");
  assert.equal(formatPower(-19), "1e−19");
});

test("few samples get few bins, and none is lost", () => {
  const histogram = { range: /** @type {[number, number]} */ ([-1, 1]), below: 0, above: 0 };
  const few = coarser({
    ...histogram,
    counts: Array.from({ length: 40 }, (_, i) => (i % 5 ? 0 : 1)),
  });
  assert.equal(few.counts.length, 10);
  assert.equal(
    few.counts.reduce((sum, n) => sum + n, 0),
    8,
  );
  const many = coarser({ ...histogram, counts: Array(40).fill(50) });
  assert.equal(many.counts.length, 40);
});

test("rows of a confusion matrix as shares", () => {
  assert.deepEqual(
    rowShares([
      [3, 1],
      [0, 0],
    ]),
    [
      [0.75, 0.25],
      [0, 0],
    ],
  );
});

test("features are written as in mathematics, whatever formula they are", () => {
  const names = ["x1", "x2^2", "x1*x2", "sin x1", "exp(x1)*x2^3", "2*x1^2.5", "neuron 1"];
  const written = ["x₁", "x₂²", "x₁x₂", "sin x₁", "exp(x₁)*x₂³", "2*x₁^2.5", "neuron 1"];
  assert.deepEqual(names.map(asWritten), written);
});
