import assert from "node:assert/strict";
import { test } from "node:test";
import { clamp, lerp, linearScale, niceCeiling, ticks, tickStep } from "../../static/js/scale.js";

test("linearScale maps a domain value to a range value and back", () => {
  const scale = linearScale([-6, 6], [0, 300]);
  assert.equal(scale.map(0), 150);
  assert.equal(scale.invert(scale.map(2.5)), 2.5);
});

test("linearScale may run backwards", () => {
  assert.equal(linearScale([-6, 6], [300, 0]).map(6), 0);
});

test("clamp and lerp", () => {
  assert.equal(clamp(5, 0, 1), 1);
  assert.equal(clamp(-5, 0, 1), 0);
  assert.equal(lerp(2, 4, 0.25), 2.5);
});

test("ticks are round numbers within the range", () => {
  assert.deepEqual(ticks(-6, 6, 6), [-6, -4, -2, 0, 2, 4, 6]);
  assert.deepEqual(ticks(0, 0.7, 4), [0, 0.2, 0.4, 0.6]);
  assert.deepEqual(ticks(-1, 1, 8), [-1, -0.5, 0, 0.5, 1]);
  assert.deepEqual(ticks(3, 3, 5), [3]);
});

test("tickStep is 1, 2 or 5 times a power of ten", () => {
  assert.equal(tickStep(12, 6), 2);
  assert.equal(tickStep(100, 3), 50);
  assert.equal(tickStep(0.01, 10), 0.001);
});

test("niceCeiling is the next round number", () => {
  assert.equal(niceCeiling(1), 1);
  assert.equal(niceCeiling(1.01), 1.5);
  assert.equal(niceCeiling(0.0234), 0.03);
  assert.equal(niceCeiling(812), 1000);
  assert.equal(niceCeiling(0), 1);
  assert.equal(niceCeiling(Infinity), 1);
});
