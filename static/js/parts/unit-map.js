// The small pictures of units: int8 maps turned into pixels on one sheet, from where tiles are drawn.

/** @import {Context} from "./canvas.js" */

import { withGain, ZERO } from "../color.js";
import { contextOf, createBitmap } from "./canvas.js";

/** Tiles beside each other on the sheet, which keeps it within what canvases may measure. */
const PER_ROW = 16;

/**
 * @typedef {object} Sheet
 * @property {number} side
 * @property {(index: number, map: Int8Array, start: number, gain: number, table: Uint32Array) => void} paint
 *   a map of side² values that begins at `start`
 * @property {(index: number, map: Int8Array, start: number, table: Uint32Array) => void} paintSigns
 *   only the sign of a map of side² values, with a soft edge where it changes
 * @property {(index: number, map: Int8Array, mapSide: number, gain: number, table: Uint32Array) => void} shrink
 *   a larger map
 * @property {() => void} flush makes what was painted ready to be drawn
 * @property {(context: Context, index: number, x: number, y: number, size: number) => void} draw
 */

/**
 * How strongly the values of a map are shown: up to a scale of 1 as they are, beyond that the largest
 * is the full colour.
 *
 * @param {number} scale
 */
export const mapGain = (scale) => Math.min(1, Math.abs(scale));

/**
 * @param {Int8Array} map
 * @param {number} start
 * @param {number} length
 */
export function isZero(map, start, length) {
  for (let i = start; i < start + length; i++) if (map[i] !== 0) return false;
  return true;
}

/**
 * The cells along a side of a map that stand for it on fewer cells, edges included.
 *
 * @param {number} from
 * @param {number} to
 */
const pick = (from, to) =>
  Int32Array.from({ length: to }, (_, i) => Math.round((i * (from - 1)) / (to - 1)));

/**
 * @param {number} count
 * @param {number} side
 * @returns {Sheet}
 */
export function createSheet(count, side) {
  const canvas = createBitmap(
    side * Math.min(PER_ROW, Math.max(1, count)),
    side * Math.max(1, Math.ceil(count / PER_ROW)),
  );
  const context = contextOf(canvas);
  const image = context.createImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer);
  const width = canvas.width;
  let picked = { side: 0, cells: new Int32Array(0) };

  /** @param {number} index */
  const corner = (index) => Math.floor(index / PER_ROW) * side * width + (index % PER_ROW) * side;

  return {
    side,
    paint(index, map, start, gain, table) {
      const colors = withGain(table, gain);
      let at = start;
      let row = corner(index);
      for (let y = 0; y < side; y++, row += width) {
        for (let x = row; x < row + side; x++) pixels[x] = colors[map[at++] + ZERO];
      }
    },
    paintSigns(index, map, start, table) {
      const last = side - 1;
      const row = corner(index);
      for (let y = 0; y < side; y++) {
        for (let x = 0; x < side; x++) {
          const at = start + y * side + x;
          const across = map[x < last ? at + 1 : at] - map[x > 0 ? at - 1 : at];
          const down = map[y < last ? at + side : at] - map[y > 0 ? at - side : at];
          const slope = Math.abs(across) + Math.abs(down);
          const value = map[at];
          const share = slope > 0 ? (2 * value) / slope : Math.sign(value);
          pixels[row + y * width + x] = table[(127 * Math.min(1, Math.max(-1, share)) + ZERO) | 0];
        }
      }
    },
    shrink(index, map, mapSide, gain, table) {
      const colors = withGain(table, gain);
      if (picked.side !== mapSide) picked = { side: mapSide, cells: pick(mapSide, side) };
      const { cells } = picked;
      let row = corner(index);
      for (let y = 0; y < side; y++, row += width) {
        const from = cells[y] * mapSide;
        for (let x = 0; x < side; x++) pixels[row + x] = colors[map[from + cells[x]] + ZERO];
      }
    },
    flush() {
      context.putImageData(image, 0, 0);
    },
    draw(target, index, x, y, size) {
      const left = (index % PER_ROW) * side;
      const top = Math.floor(index / PER_ROW) * side;
      target.drawImage(canvas, left, top, side, side, x, y, size, size);
    },
  };
}
