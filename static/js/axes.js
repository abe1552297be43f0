/**
 * What the plot's coordinates are in the units of the data: an own data set says what it has at the ends.
 *
 * @typedef {Record<string, any>} Dataset
 */

import { formatFixed, formatScientific } from "./format.js";
import { OWN } from "./own-points.js";
import { EXTENT } from "./parts/map-model.js";
import { ticks } from "./scale.js";

/** @typedef {"x1" | "x2" | "target"} Axis */

const TICKS = 6;
/** More characters than this stand too close to each other. */
const LONG = 5;
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
 * Whether the data have other numbers at the edges of the plot than the plot has.
 *
 * @param {Dataset | undefined} dataset
 */
export const hasUnits = (dataset) =>
  /** @type {const} */ (["x1", "x2"]).some((axis) => {
    const [low, high] = rangeOf(dataset, axis);
    return low !== -EXTENT || high !== EXTENT;
  });

/**
 * The names of classes, where the data have them; others are for the caller to make.
 *
 * @param {Dataset | undefined} dataset
 * @param {string[]} usual
 * @returns {string[]}
 */
export const classNames = (dataset, usual) =>
  usual.map((name, k) => (dataset?.kind === OWN && dataset.class_names?.[k]) || name);

/**
 * Whether the data have names for the two coordinates that say more than these do.
 *
 * @param {Dataset | undefined} dataset
 */
export const hasNames = (dataset) =>
  dataset?.kind === OWN && (dataset.x1_name !== "x1" || dataset.x2_name !== "x2");

/**
 * Round numbers along an axis: where they are, in plot units, and how they are written. Fewer where
 * they are long.
 *
 * @param {Dataset | undefined} dataset
 * @param {"x1" | "x2"} axis
 * @returns {{at: number, text: string}[]}
 */
export function axisTicks(dataset, axis) {
  const [low, high] = rangeOf(dataset, axis);
  let values = ticks(low, high, TICKS);
  let texts = tickTexts(values);
  if (axis === "x1" && texts.some(({ length }) => length > LONG)) {
    values = ticks(low, high, TICKS / 2);
    texts = tickTexts(values);
  }
  return values.map((value, i) => ({
    at: ((value - low) / (high - low)) * 2 * EXTENT - EXTENT,
    text: texts[i],
  }));
}

/**
 * Round numbers along an axis as texts, with as many digits as tell them apart.
 *
 * @param {number[]} values
 * @returns {string[]}
 */
export function tickTexts(values) {
  const step = values.length > 1 ? values[1] - values[0] : 1;
  const largest = Math.max(...values.map(Math.abs));
  const power = (/** @type {number} */ value) => Math.floor(Math.log10(value) + 1e-9);
  const decimals = Math.max(0, -power(step));
  const isPlain = largest < 1e6 && decimals <= 4;
  const write = (/** @type {number} */ value) =>
    isPlain
      ? formatFixed(value, decimals)
      : formatScientific(value, Math.min(20, Math.max(0, power(largest) - power(step))));
  return values.map((value) => (value === 0 ? "0" : write(value)));
}
