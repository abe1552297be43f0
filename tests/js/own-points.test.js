import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { countOwn, ownThumbnail, packPoints, unpackPoints } from "../../static/js/own-points.js";

// The same texts are read and written in tests/engine/test_custom.py.
const CLASSES = "AAD__wCAAAABBw";
const NUMBERS = "AAD__wCAAAD__wAA";
const PLACES = { x1: [-6, 6], x2: [0, -6] };

test("points are packed as the engine packs them", () => {
  assert.equal(packPoints({ ...PLACES, target: [1, 7] }, false), CLASSES);
  assert.equal(packPoints({ ...PLACES, target: [1, -1] }, true), NUMBERS);
});

test("points are read as the engine writes them", () => {
  const { x1, x2, target } = unpackPoints(CLASSES, false);
  assert.deepEqual([...x1], [-6, 6]);
  assert.ok(Math.abs(x2[0]) < 1e-4);
  assert.deepEqual([...target], [1, 7]);
  assert.deepEqual([...unpackPoints(NUMBERS, true).target], [1, -1]);
});

test("what lies outside of the plot is taken to its edge", () => {
  const text = packPoints({ x1: [-99, 99], x2: [6.1, -6.1], target: [2, -2] }, true);
  const { x1, x2, target } = unpackPoints(text, true);
  assert.deepEqual([...x1, ...x2, ...target], [-6, 6, 6, -6, 1, -1]);
});

test("what is read and packed again is the same text, also with 5,000 points", () => {
  const step = fc.integer({ min: 0, max: 65535 });
  fc.assert(
    fc.property(fc.array(fc.tuple(step, step, step), { minLength: 2, maxLength: 60 }), (rows) => {
      for (const numeric of [true, false]) {
        const points = {
          x1: rows.map(([a]) => (a / 65535) * 12 - 6),
          x2: rows.map(([, b]) => (b / 65535) * 12 - 6),
          target: rows.map(([, , c]) => (numeric ? (c / 65535) * 2 - 1 : c % 256)),
        };
        const text = packPoints(points, numeric);
        assert.equal(packPoints(unpackPoints(text, numeric), numeric), text);
        assert.equal(countOwn({ kind: "custom", points: text, numeric }), rows.length);
      }
    }),
  );
  const many = { length: 5000 };
  const x1 = Array.from(many, (_, i) => i / 1000);
  const text = packPoints({ x1, x2: x1, target: x1.map(() => 0.5) }, true);
  assert.equal(text.length, 40_000);
  assert.equal(unpackPoints(text, true).x1.length, 5000);
});

test("a thumbnail shows points from everywhere, and all where there are few", () => {
  const few = { kind: "custom", points: CLASSES, numeric: false };
  assert.deepEqual(ownThumbnail(few).label, [1, 7]);
  const x1 = Array.from({ length: 1000 }, (_, i) => (i / 999) * 12 - 6);
  const points = packPoints({ x1, x2: x1, target: x1.map(() => 3) }, false);
  const shown = ownThumbnail({ kind: "custom", points, numeric: false });
  assert.equal(shown.x1.length, 200);
  assert.ok(shown.x1[0] === -6 && shown.x1[199] > 5.9);
});
