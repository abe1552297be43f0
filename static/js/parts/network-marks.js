// Small marks of the network's drawing: biases, where links begin, and units that answer nothing.

/**
 * @import {Layout} from "../layout.js"
 * @import {Context} from "./canvas.js"
 * @import {Drawing, Parts} from "./network-painter.js"
 * @import {ThemeColors} from "./theme-colors.js"
 */

import { css, inkOn, signed } from "../color.js";
import { biasCorner, biasSize } from "../layout.js";
import { isZero } from "./unit-map.js";

/**
 * A square in the colour of each bias, with a minus in a negative one.
 *
 * @param {Context} context
 * @param {Layout} layout
 * @param {Float32Array} parameters
 * @param {ThemeColors} colors
 */
export function drawBiases(context, { columns, tile, biases }, parameters, colors) {
  const size = biasSize(tile);
  context.lineWidth = 1;
  context.strokeStyle = css(colors.faint); // a bias near 0 has hardly a colour
  let index = 0;
  for (const { x, y } of columns.slice(1)) {
    for (let row = 0; row < x.length; row++) {
      const corner = biasCorner(x[row], y[row], tile);
      const bias = parameters[biases[index++]];
      const color = signed(colors, bias);
      context.fillStyle = css(color);
      context.fillRect(corner.x, corner.y, size, size);
      if (bias < 0) {
        context.fillStyle = inkOn(color);
        context.fillRect(corner.x + size / 4, corner.y + size / 2 - 0.5, size / 2, 1);
      }
      context.strokeRect(corner.x - 0.5, corner.y - 0.5, size + 1, size + 1);
    }
  }
}

/**
 * A dot where links leave a tile.
 *
 * @param {Context} context
 * @param {Pick<Drawing, "layout" | "features">} drawing
 * @param {ThemeColors} colors
 */
export function drawSources(context, { layout: { columns, tile }, features }, colors) {
  context.fillStyle = css(colors.muted);
  context.beginPath();
  for (const [index, { x, y }] of columns.slice(0, -1).entries()) {
    for (let row = 0; row < x.length; row++) {
      if (index === 0 && !features[row].active) continue;
      const [left, top] = [x[row] + tile, y[row] + tile / 2];
      context.moveTo(left + 1, top - 3);
      context.lineTo(left + 5, top);
      context.lineTo(left + 1, top + 3);
      context.closePath();
    }
  }
  context.fill();
}

/** @type {(parts: Parts, unit: number) => boolean} */
export const isSilent = ({ units, unitSide }, unit) =>
  isZero(units, unit * unitSide ** 2, unitSide ** 2);

/**
 * Marks a unit that answers 0 everywhere.
 *
 * @param {Context} context
 * @param {number} x
 * @param {number} y
 * @param {number} tile
 * @param {ThemeColors} colors
 */
export function strike(context, x, y, tile, colors) {
  context.beginPath();
  context.moveTo(x, y + tile);
  context.lineTo(x + tile, y);
  context.lineWidth = 1;
  context.strokeStyle = css(colors.faint, 0.6);
  context.stroke();
}
