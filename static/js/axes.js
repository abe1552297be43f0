/**
 * What the plot's coordinates are in the units of the data: an own data set says what it has at the ends.
 *
 * @typedef {Record<string, any>} Dataset
 */

import { OWN } from "./own-points.js";
import { EXTENT } from "./parts/map-model.js";

/** @typedef {"x1" | "x2" | "target"} Axis */

const HALF = { x1: EXTENT, x2: EXTENT, target: 1 };

/**
 * The values at the two ends of an axis.
 *
 * @param {Dataset | undefined} dataset
 * @param {Axis} axis
 * @returns {[number, number]}
 */
export const rangeOf = (dataset, axis) =>
  dataset?.kind === OWN
    ? [dataset[`${axis}_low`] ?? -HALF[axis], dataset[`${axis}_high`] ?? HALF[axis]]
    : [-HALF[axis], HALF[axis]];

/**
 * A coordinate of the plot, or a target from -1 to 1, in the units of the data.
 *
 * @param {Dataset | undefined} dataset
 * @param {Axis} axis
 * @param {number} value
 */
export function dataValue(dataset, axis, value) {
  const [low, high] = rangeOf(dataset, axis);
  const half = HALF[axis];
  return low === -half && high === half
    ? value
    : low + ((value + half) / (2 * half)) * (high - low);
}

/**
 * The name of an axis, where the data have one of their own.
 *
 * @param {Dataset | undefined} dataset
 * @param {Axis} axis
 * @returns {string}
 */
export const nameOf = (dataset, axis) =>
  dataset?.kind === OWN ? (dataset[`${axis}_name`] ?? "") : axis === "target" ? "" : axis;

/**
 * The names of classes, where the data have them; others are for the caller to make.
 *
 * @param {Dataset | undefined} dataset
 * @param {string[]} usual
 * @returns {string[]}
 */
export const classNames = (dataset, usual) =>
  usual.map((name, k) => (dataset?.kind === OWN && dataset.class_names?.[k]) || name);
