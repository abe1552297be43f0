// Lines of equal value on the decision map.

/**
 * @import {LabelKind} from "./map-model.js"
 * @import {ThemeColors} from "./theme-colors.js"
 */

import { contour, eachMargin, smooth } from "../contours.js";
import { css } from "../color.js";
import { ticks } from "../scale.js";

const FULL = 127;

/**
 * @typedef {object} Maps
 * @property {readonly Int8Array[]} maps
 * @property {number} side
 * @property {number} scale
 */

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {Maps} shown
 * @param {LabelKind | "unit"} labels
 * @param {ThemeColors} colors
 */
export function drawContours(context, size, { maps, side, scale }, labels, colors) {
  const cell = size / (side - 1);
  const smoothed = maps.map((map) => smooth(map, side));

  /**
   * @param {ArrayLike<number>} grid
   * @param {number} level
   * @param {boolean} [isMain]
   */
  const draw = (grid, level, isMain = false) => {
    context.beginPath();
    contour(grid, side, level, (x0, y0, x1, y1) => {
      context.moveTo(x0 * cell, y0 * cell);
      context.lineTo(x1 * cell, y1 * cell);
    });
    const width = isMain ? 1.6 : 0.9;
    context.lineWidth = width + 1.6;
    context.strokeStyle = css(colors.surface, isMain ? 0.55 : 0.3);
    context.stroke();
    context.lineWidth = width;
    context.strokeStyle = css(colors.ink, isMain ? 0.9 : 0.6);
    context.stroke();
  };
  context.lineCap = "round";
  if (labels === "classes") {
    eachMargin(smoothed, (margin) => draw(margin, 0, true));
  } else if (labels === "labels") {
    for (const map of smoothed) draw(map, FULL / 2, true);
  } else {
    const values = labels === "signs" ? [-0.5, 0.5, 0] : ticks(-scale, scale, 8);
    for (const value of values) draw(smoothed[0], (value / scale) * FULL, value === 0);
  }
}
