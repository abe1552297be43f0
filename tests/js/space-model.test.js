import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  axisRange,
  between,
  clearestSample,
  clipLine,
  placeName,
} from "../../static/js/parts/space-model.js";
import { verdict } from "../../static/js/parts/space-readings.js";

const WINDOW = /** @type {const} */ ({ x: [-2, 2], y: [-1, 1] });
const window = {
  x: /** @type {[number, number]} */ ([...WINDOW.x]),
  y: /** @type {[number, number]} */ ([...WINDOW.y]),
};

test("an axis on which nothing differs is shown around its value", () => {
  assert.deepEqual(axisRange([[0, 0, 0]], null), [-1, 1]);
  assert.deepEqual(axisRange([[2.5], [2.5]], [0, 1]), [1.5, 3.5]);
});

test("an axis shows all values and has round ends", () => {
  assert.deepEqual(axisRange([[-0.98, 0.99]], null), [-1.5, 1.5]);
  const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(values, (list) => {
      const [low, high] = axisRange([list], null);
      assert.ok(low < high);
      assert.ok(low <= Math.min(...list) && Math.max(...list) <= high);
    }),
  );
});

test("an axis keeps still while its values fill it well", () => {
  assert.deepEqual(axisRange([[-0.9, 0.9]], [-1.5, 1.5]), [-1.5, 1.5]);
  assert.notDeepEqual(axisRange([[-0.2, 0.2]], [-1.5, 1.5]), [-1.5, 1.5]);
  assert.notDeepEqual(axisRange([[-2, 2]], [-1.5, 1.5]), [-1.5, 1.5]);
  assert.deepEqual(axisRange([], [-3, 3]), [-3, 3]);
});

test("a line is cut at the window", () => {
  assert.deepEqual(clipLine({ a: 0, b: 1, c: -0.5 }, window), [-2, 0.5, 2, 0.5]);
  assert.deepEqual(clipLine({ a: 1, b: 0, c: 1 }, window), [-1, -1, -1, 1]);
  assert.equal(clipLine({ a: 0, b: 1, c: -5 }, window), null);
  assert.equal(clipLine({ a: 0, b: 0, c: 1 }, window), null);
});

test("both ends of a cut line are on it and in the window", () => {
  const size = fc.double({ min: -10, max: 10, noNaN: true });
  fc.assert(
    fc.property(size, size, size, (a, b, c) => {
      const ends = clipLine({ a, b, c }, window);
      if (!ends) return;
      const scale = Math.max(Math.abs(a), Math.abs(b), Math.abs(c));
      for (const [x, y] of [ends.slice(0, 2), ends.slice(2)]) {
        assert.ok(Math.abs(a * x + b * y + c) <= 1e-9 * scale);
        assert.ok(Math.abs(x) <= 2.000001 && Math.abs(y) <= 1.000001);
      }
    }),
  );
});

test("between two states is a straight way", () => {
  assert.deepEqual(between([0, 2], [1, 4], 0.5), [0.5, 3]);
  assert.deepEqual(between([0, 2], [1, 4], 1), [1, 4]);
  assert.deepEqual(between([0], [1, 4], 0.5), [1, 4]);
});

test("a class is marked where no other is near, and the mark keeps still", () => {
  const samples = { x: [0, 5, 5.5, 1], y: [0, 0, 0, 0], label: [0, 0, 0, 1] };
  const isFirst = (/** @type {number} */ label) => label === 0;
  assert.equal(clearestSample(samples, isFirst), 2);
  assert.equal(clearestSample(samples, isFirst, 1), 1);
  assert.equal(clearestSample(samples, isFirst, 0), 2);
  assert.equal(
    clearestSample(samples, (label) => label === 7),
    -1,
  );
});

test("what is said of a probe follows from its numbers", () => {
  /** @type {(train: number, separable?: true | null) => any} */
  const probe = (train, separable = null) => ({ metric: "accuracy", train, test: 0, separable });
  assert.equal(verdict(null, 0.75, false, true), "waiting");
  assert.equal(verdict(probe(1, true), 0.75, false, true), "says_separable");
  assert.equal(verdict(probe(1, true), 1, false, true), "says_still");
  assert.equal(verdict(probe(0.9), 0.75, false, true), "says_better");
  assert.equal(verdict(probe(0.9), 0.75, false, false), "says_better_probe");
  assert.equal(verdict(probe(0.76), 0.75, false, true), "says_same");
  // a probe below the exact line proves nothing about the layer
  assert.equal(verdict(probe(0.5), 0.75, false, true), "says_worse");
  assert.equal(verdict({ ...probe(0.5), metric: "r2" }, 0.2, false, false), "says_r2");
});

test("the name of an axis is in its middle, or as near to it as its numbers leave room", () => {
  assert.deepEqual(placeName([40], [10, 90], 50), { name: 0, at: 50 });
  assert.deepEqual(placeName([40], [10, 60], 50), { name: 0, at: 40 });
  assert.deepEqual(placeName([40], [40, 90], 50), { name: 0, at: 60 });
});

test("where the name of an axis has no room a shorter one is written, or none", () => {
  assert.deepEqual(placeName([120, 40], [10, 90], 50), { name: 1, at: 50 });
  assert.equal(placeName([120, 81], [10, 90], 50), null);
  assert.equal(placeName([], [10, 90], 50), null);
});
