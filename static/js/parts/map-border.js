// A straight line over the decision map, with its name along it.

/**
 * @import {Border} from "../panels.js"
 * @import {ThemeColors} from "./theme-colors.js"
 */

import { css } from "../color.js";
import { FONT } from "./canvas.js";
import { EXTENT } from "./map-model.js";

const INSET = 12;

/**
 * The two places where the line enters and leaves the square of the map.
 *
 * @param {Pick<Border, "w1" | "w2" | "b">} border
 * @param {number} size
 * @returns {[[number, number], [number, number]] | null} In pixels, the left one first.
 */
export function borderEnds({ w1, w2, b }, size) {
  const pixel = (/** @type {number} */ x1, /** @type {number} */ x2) =>
    /** @type {[number, number]} */ ([
      ((x1 + EXTENT) / (2 * EXTENT)) * size,
      ((EXTENT - x2) / (2 * EXTENT)) * size,
    ]);
  /** @type {[number, number][]} */
  const ends = [];
  for (const edge of [-EXTENT, EXTENT]) {
    const x2 = -(w1 * edge + b) / w2;
    if (Math.abs(x2) <= EXTENT) ends.push(pixel(edge, x2));
    const x1 = -(w2 * edge + b) / w1;
    if (Math.abs(x1) < EXTENT) ends.push(pixel(x1, edge));
  }
  if (ends.length < 2) return null;
  ends.sort((a, z) => a[0] - z[0] || a[1] - z[1]);
  return [ends[0], ends[ends.length - 1]];
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {Border} border
 * @param {ThemeColors} colors
 */
export function drawBorder(context, size, border, colors) {
  const ends = borderEnds(border, size);
  if (!ends) return;
  const [[x0, y0], [x1, y1]] = ends;
  context.save();
  context.lineCap = "butt";
  for (const [width, color, dash] of /** @type {[number, string, number[]][]} */ ([
    [4, css(colors.surface, 0.75), []],
    [2, css(colors.ink), [7, 4]],
  ])) {
    context.lineWidth = width;
    context.strokeStyle = color;
    context.setLineDash(dash);
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.stroke();
  }
  context.setLineDash([]);
  context.translate(x0, y0);
  context.rotate(Math.atan2(y1 - y0, x1 - x0));
  context.font = `600 ${FONT}`;
  context.textBaseline = "bottom";
  context.textAlign = "left";
  context.lineWidth = 4;
  context.lineJoin = "round";
  context.strokeStyle = css(colors.surface, 0.85);
  context.strokeText(border.name, INSET, -4);
  context.fillStyle = css(colors.ink);
  context.fillText(border.name, INSET, -4);
  context.restore();
}
