// A small grid made larger without steps: uniform cubic B-spline, the smoothest of the common ones.

import { ZERO } from "./color.js";

/**
 * Four weights and the first of four cells for each position along one side.
 *
 * The cells are points from one edge of the plot to the other, the results are pixel centres.
 *
 * @param {number} side
 * @param {number} size
 */
function taps(side, size) {
  const first = new Int32Array(size);
  const weights = new Float32Array(4 * size);
  for (let i = 0; i < size; i++) {
    const at = ((i + 0.5) / size) * (side - 1);
    const cell = Math.min(Math.floor(at), side - 2);
    const t = at - cell;
    const u = 1 - t;
    first[i] = cell - 1;
    weights[4 * i] = (u * u * u) / 6;
    weights[4 * i + 1] = (3 * t * t * t - 6 * t * t + 4) / 6;
    weights[4 * i + 2] = (3 * u * u * u - 6 * u * u + 4) / 6;
    weights[4 * i + 3] = (t * t * t) / 6;
  }
  return { first, weights };
}

/**
 * @typedef {object} Resampler
 * @property {(grid: ArrayLike<number>, result: Float32Array) => void} values
 * @property {(grid: ArrayLike<number>, gain: number, table: Uint32Array, pixels: Uint32Array) => void} colors
 *   straight to the colours of `gain` (at most 1) times the values, which a table of int8 values has
 */

/**
 * @param {number} side cells along a side of the grids to come
 * @param {number} size cells along a side of the results
 * @returns {Resampler}
 */
export function createResampler(side, size) {
  const { first, weights } = taps(side, size);
  // One cell more on the left and two on the right: the edge repeated, so that no tap is missing.
  const row = new Float32Array(side + 3);
  /** @param {number} y */
  const start = (y) => Math.min(Math.max(y, 0), side - 1) * side;

  /**
   * `gain` times the grid along a row of the result: still as many cells as the grid has.
   *
   * @param {ArrayLike<number>} grid
   * @param {number} y
   * @param {number} gain
   */
  function mixRows(grid, y, gain) {
    const top = first[y];
    const [a, b, c, d] = [start(top), start(top + 1), start(top + 2), start(top + 3)];
    const wa = gain * weights[4 * y];
    const wb = gain * weights[4 * y + 1];
    const wc = gain * weights[4 * y + 2];
    const wd = gain * weights[4 * y + 3];
    for (let x = 0; x < side; x++) {
      row[x + 1] = wa * grid[a + x] + wb * grid[b + x] + wc * grid[c + x] + wd * grid[d + x];
    }
    row[0] = row[1];
    row[side + 1] = row[side + 2] = row[side];
  }

  return {
    values(grid, result) {
      for (let y = 0; y < size; y++) {
        mixRows(grid, y, 1);
        for (let x = 0, w = 0, out = y * size; x < size; x++, w += 4, out++) {
          const cell = first[x] + 1;
          result[out] =
            weights[w] * row[cell] +
            weights[w + 1] * row[cell + 1] +
            weights[w + 2] * row[cell + 2] +
            weights[w + 3] * row[cell + 3];
        }
      }
    },
    colors(grid, gain, table, pixels) {
      for (let y = 0; y < size; y++) {
        mixRows(grid, y, gain);
        for (let x = 0, w = 0, out = y * size; x < size; x++, w += 4, out++) {
          const cell = first[x] + 1;
          const value =
            weights[w] * row[cell] +
            weights[w + 1] * row[cell + 1] +
            weights[w + 2] * row[cell + 2] +
            weights[w + 3] * row[cell + 3];
          pixels[out] = table[(value + ZERO + 0.5) | 0];
        }
      }
    },
  };
}
