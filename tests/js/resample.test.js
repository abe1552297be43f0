import assert from "node:assert/strict";
import { test } from "node:test";
import { ZERO } from "../../static/js/color.js";
import { createResampler } from "../../static/js/resample.js";

const [SIDE, SIZE] = [20, 57];

/** @param {(x: number, y: number) => number} f */
const grid = (f) =>
  Float32Array.from({ length: SIDE * SIDE }, (_, i) => f(i % SIDE, Math.floor(i / SIDE)));

/** @param {Float32Array} from */
function enlarged(from) {
  const result = new Float32Array(SIZE * SIZE);
  createResampler(SIDE, SIZE).values(from, result);
  return result;
}

test("a constant stays what it is", () => {
  for (const value of enlarged(grid(() => 42))) assert.ok(Math.abs(value - 42) < 1e-4);
});

test("a slope stays a slope, in the right place", () => {
  const result = enlarged(grid((x, y) => x + 10 * y));
  for (let y = 6; y < SIZE - 6; y++) {
    for (let x = 6; x < SIZE - 6; x++) {
      const at = (/** @type {number} */ i) => ((i + 0.5) / SIZE) * (SIDE - 1);
      assert.ok(Math.abs(result[y * SIZE + x] - at(x) - 10 * at(y)) < 1e-3);
    }
  }
});

test("nothing exceeds the values it came from", () => {
  const result = enlarged(grid((x) => (x < 10 ? -127 : 127)));
  for (const value of result) assert.ok(Math.abs(value) <= 127.001);
});

test("colours are those of the values, with their gain, one look-up each", () => {
  const table = Uint32Array.from({ length: 256 }, (_, i) => i);
  const from = grid((x, y) => Math.round(127 * Math.sin(x / 3) * Math.cos(y / 4)));
  const values = enlarged(from);
  for (const gain of [1, 0.3]) {
    const pixels = new Uint32Array(SIZE * SIZE);
    createResampler(SIDE, SIZE).colors(from, gain, table, pixels);
    for (const [i, entry] of pixels.entries()) {
      assert.ok(Math.abs(entry - (gain * values[i] + ZERO)) <= 0.5001);
    }
  }
});
