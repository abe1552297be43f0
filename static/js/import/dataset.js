// From values of a table to the data set `custom` and what goes with it.

import { packPoints } from "../own-points.js";

/**
 * @import {Choice, Selection} from "./selection.js"
 * @import {Column} from "./columns.js"
 *
 * @typedef {{low: number, high: number}} Range what an axis has at its two ends
 */

/** Ends of the axes, and how far the points go: there is a margin around them. */
const EXTENT = 6;
const REACH = 5;
const SOURCE_LENGTH = 200;

/**
 * The axis on which the values go from -5 to 5. Where all values are one, it is 1 wide around it.
 *
 * @param {ArrayLike<number>} values
 * @returns {Range}
 */
export function axisOf(values) {
  const { low, high } = rangeOf(values);
  if (low === high) {
    const half = Math.max(0.5, Math.abs(low) * 2 ** -20);
    return { low: low - half, high: low + half };
  }
  const margin = (high / 2 - low / 2) * (EXTENT / REACH - 1);
  return { low: low - margin, high: high + margin };
}

/** @param {ArrayLike<number>} values */
export function rangeOf(values) {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  return { low, high };
}

/**
 * Values as places from -extent to extent.
 *
 * @param {ArrayLike<number>} values
 * @param {Range} range
 * @param {number} extent
 */
const place = (values, { low, high }, extent) =>
  Float64Array.from(values, (value) => 2 * extent * ((value - low) / (high - low)) - extent);

/**
 * The points on the plot.
 *
 * @param {Selection} selection
 */
export function plotPoints({ x1, x2, target, as }) {
  const axes = [axisOf(x1), axisOf(x2)];
  const values = as === "numbers" ? rangeOf(target) : null;
  return {
    axes,
    values,
    x1: place(x1, axes[0], EXTENT),
    x2: place(x2, axes[1], EXTENT),
    target: values ? place(target, values, 1) : target,
  };
}

/**
 * What to change of an experiment so that it learns from the selection.
 *
 * @param {Selection} selection
 * @param {Choice} choice
 * @param {Column[]} columns
 * @param {string} source
 * @returns {Record<string, any>}
 */
export function toChanges(selection, choice, columns, source) {
  const { x1, x2, target, axes, values } = plotPoints(selection);
  const numeric = values !== null;
  const count = selection.classes.length;
  const dataset = {
    kind: "custom",
    points: packPoints({ x1, x2, target }, numeric),
    numeric,
    x1_name: columns[choice.x1].name,
    x2_name: columns[choice.x2].name,
    target_name: columns[choice.target].name,
    x1_low: axes[0].low,
    x1_high: axes[0].high,
    x2_low: axes[1].low,
    x2_high: axes[1].high,
    ...(values && { target_low: values.low, target_high: values.high }),
    class_names: selection.classes.map(({ name }) => name),
    source: [...source].slice(0, SOURCE_LENGTH).join(""),
  };
  if (numeric) return { dataset, problem: "regression" };
  if (count === 2) return { dataset, problem: "binary" };
  return { dataset, problem: "multiclass", classes: count };
}
