import assert from "node:assert/strict";
import { test } from "node:test";
import {
  barLength,
  deathSeverity,
  decades,
  isOneSided,
  saturatedBins,
  saturationSeverity,
} from "../../static/js/parts/health-model.js";

/** @param {(z: number) => number} slope @param {number} [reach] */
function curveOf(slope, reach = 6) {
  const z = Array.from({ length: 61 }, (_, i) => reach * (i / 30 - 1));
  return { z, f: z, slope: z.map(slope) };
}
const relu = curveOf((z) => (z > 0 ? 1 : 0));
const tanh = curveOf((z) => 1 - Math.tanh(z) ** 2);

test("bins are saturated where the derivative is below a hundredth of its largest", () => {
  const ofRelu = saturatedBins(relu, 40);
  assert.deepEqual(ofRelu, [...Array(20).fill(true), ...Array(20).fill(false)]);
  const ofTanh = saturatedBins(tanh, 40);
  // tanh'(z) = 0.01 at z = 2.993
  const centres = ofTanh.map((_, bin) => -6 + (bin + 0.5) * 0.3);
  assert.deepEqual(
    ofTanh,
    centres.map((z) => Math.abs(z) > 2.993),
  );
});

test("a function without a derivative saturates nowhere", () => {
  assert.deepEqual(saturatedBins({ z: [], f: [], slope: null }, 3), [false, false, false]);
});

test("half of a rectifier's inputs are flat, and that is no fault", () => {
  assert.equal(isOneSided(relu), true);
  assert.equal(isOneSided(tanh), false);
  assert.equal(isOneSided(curveOf(() => 1)), false);
  assert.equal(saturationSeverity(0.5, true), "good");
  assert.equal(saturationSeverity(0.5, false), "danger");
  assert.equal(saturationSeverity(0.2, false), "warning");
  assert.equal(saturationSeverity(null, false), "none");
});

test("one dead unit is a warning, two in five are more", () => {
  assert.deepEqual([0, 0.01, 0.4, null].map(deathSeverity), ["good", "warning", "danger", "none"]);
});

test("bars span whole decades, which only grow", () => {
  const first = decades([0.5, 0.004, null, 0], null);
  assert.deepEqual(first, [-3, 0]);
  assert.deepEqual(decades([2e-7, 3], first), [-7, 1]);
  assert.deepEqual(decades([0.1], [-7, 1]), [-7, 1]);
  assert.deepEqual(decades([], null), [-3, 0]);
});

test("a bar is as long as the logarithm says", () => {
  assert.equal(barLength(0.01, [-4, 0]), 0.5);
  assert.equal(barLength(1, [-4, 0]), 1);
  assert.deepEqual(
    [0, null, 1e-9].map((value) => barLength(value, [-4, 0])),
    [0, 0, 0],
  );
});
