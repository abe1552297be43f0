// What the decision map is given, and the range of values that its colours span.

/**
 * @import {Points} from "../protocol.js"
 *
 * @typedef {"signs" | "classes" | "labels" | "numbers"} LabelKind what a label is: one of two classes,
 *   the number of a class, a bit mask of classes, or a number
 *
 * @typedef {object} MapModel
 * @property {Points | null} points
 * @property {string} problem its kind
 * @property {string[]} classLabels
 * @property {boolean} showTestData
 * @property {boolean} discretize
 * @property {boolean} contours
 * @property {Record<string, any>} [dataset] whose units and names the axes have
 *
 * @typedef {{title: string, map: Int8Array, side: number, scale: number}} Picture
 *
 * @typedef {object} ScaleModel What the colours of the map mean now.
 * @property {number} low
 * @property {number} high
 * @property {string[]} labels names of the classes, empty when colours stand for numbers
 * @property {string[]} [ends] names of the two ends, where they have some
 * @property {boolean} [discretize]
 * @property {boolean} [several] may a sample have several of the labels
 */

import { niceCeiling } from "../scale.js";

/** Plots show both coordinates from -EXTENT to EXTENT. */
export const EXTENT = 6;

/** @type {Record<string, LabelKind>} */
const LABELS = {
  binary: "signs",
  multiclass: "classes",
  multilabel: "labels",
  regression: "numbers",
};

/**
 * @param {string} problem
 * @returns {LabelKind}
 */
export const labelKind = (problem) => LABELS[problem] ?? "signs";

/** @param {LabelKind} labels */
export const hasClasses = (labels) => labels === "classes" || labels === "labels";

/**
 * The largest label, without sign.
 *
 * @param {Points | null} points
 */
export function largestLabel(points) {
  let largest = 0;
  for (const { label } of points ? [points.train, points.test] : []) {
    for (const value of label) largest = Math.max(largest, Math.abs(value));
  }
  return largest;
}

/**
 * Half the range of values that the colours span. It changes in steps, and only when it must.
 *
 * @param {number} now
 * @param {number} needed
 */
export const colorLimit = (now, needed) =>
  needed <= now && needed > 0.4 * now ? now : niceCeiling(needed);

/**
 * The value of a map at a place of the plot, between its four nearest cells.
 *
 * @param {Int8Array} map
 * @param {number} side
 * @param {number} scale
 * @param {number} x1
 * @param {number} x2
 */
export function valueAt(map, side, scale, x1, x2) {
  const last = side - 1;
  const column = Math.min(Math.max(((x1 + EXTENT) / (2 * EXTENT)) * last, 0), last);
  const row = Math.min(Math.max(((EXTENT - x2) / (2 * EXTENT)) * last, 0), last);
  const [x, y] = [Math.min(Math.floor(column), last - 1), Math.min(Math.floor(row), last - 1)];
  const [tx, ty] = [column - x, row - y];
  const at = y * side + x;
  const above = map[at] * (1 - tx) + map[at + 1] * tx;
  const below = map[at + side] * (1 - tx) + map[at + side + 1] * tx;
  return ((above * (1 - ty) + below * ty) / 127) * scale;
}
