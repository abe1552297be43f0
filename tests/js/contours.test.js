import assert from "node:assert/strict";
import { test } from "node:test";
import { contour, eachMargin, smooth } from "../../static/js/contours.js";

const SIDE = 21;

/** @param {(x: number, y: number) => number} f */
const grid = (f) =>
  Float32Array.from({ length: SIDE * SIDE }, (_, i) => f(i % SIDE, Math.floor(i / SIDE)));

/**
 * @param {ArrayLike<number>} values
 * @param {number} level
 */
function segments(values, level) {
  /** @type {[number, number, number, number][]} */
  const found = [];
  contour(values, SIDE, level, (...segment) => found.push(segment));
  return found;
}

test("a slope has one straight line at the level", () => {
  const found = segments(
    grid((x) => x - 7.25),
    0,
  );
  assert.equal(found.length, SIDE - 1);
  for (const [x0, , x1] of found) assert.deepEqual([x0, x1], [7.25, 7.25]);
});

test("a hill has a closed line around it", () => {
  const found = segments(
    grid((x, y) => 36 - (x - 10) ** 2 - (y - 10) ** 2),
    0,
  );
  const ends = found.flatMap(([x0, y0, x1, y1]) => [`${x0},${y0}`, `${x1},${y1}`]);
  for (const end of ends) assert.equal(ends.filter((other) => other === end).length, 2);
  for (const [x, y] of found) assert.ok(Math.abs(Math.hypot(x - 10, y - 10) - 6) < 0.1);
});

test("a saddle joins no point more than twice", () => {
  const found = segments(
    grid((x, y) => (x - 9.5) * (y - 9.5)),
    0.1,
  );
  const ends = found.flatMap(([x0, y0, x1, y1]) => [`${x0},${y0}`, `${x1},${y1}`]);
  for (const end of ends) assert.ok(ends.filter((other) => other === end).length <= 2);
});

test("flat ground has no lines", () => {
  assert.deepEqual(
    segments(
      grid(() => 3),
      0,
    ),
    [],
  );
});

test("margins are zero where a class meets the best of the others", () => {
  const maps = [Float32Array.of(5, 1, 3), Float32Array.of(2, 4, 3), Float32Array.of(1, 0, 0)];
  /** @type {number[][]} */
  const margins = [];
  eachMargin(maps, (margin) => margins.push([...margin]));
  assert.deepEqual(margins, [
    [3, -3, 0],
    [-3, 3, 0],
    [-4, -4, -3],
  ]);
});

test("smoothing takes away the steps of whole numbers and keeps a slope", () => {
  const slope = grid((x) => x * 0.37);
  const stepped = Int8Array.from(slope, Math.round);
  const smoothed = smooth(stepped, SIDE);
  const worst = Math.max(...smoothed.map((value, i) => Math.abs(value - slope[i])).slice(0, SIDE));
  assert.ok(worst < 0.5);
  const kept = smooth(slope, SIDE);
  for (let i = 0; i < kept.length; i++) assert.ok(Math.abs(kept[i] - slope[i]) < 1e-5);
});
