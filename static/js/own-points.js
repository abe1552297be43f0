/**
 * Points of one's own as the text that the data set `custom` holds: unpadded base64url of x1 and x2 as
 * uint16, and of the targets as uint8 (the number of a class, or a bit mask of labels) or, where they
 * are numbers, as uint16; three columns one after the other, little endian. `engine/custom.py` is its twin.
 *
 * @typedef {object} OwnPoints
 * @property {Float32Array} x1 plot coordinates, from -6 to 6
 * @property {Float32Array} x2
 * @property {Float32Array} target the number of a class, a bit mask of labels, or a number from -1 to 1
 *
 * @typedef {{kind: string, points: string, numeric: boolean} & Record<string, any>} OwnDataset
 */

import { EXTENT } from "./parts/map-model.js";

export const FEWEST_POINTS = 2;
export const MOST_POINTS = 5000;
const STEPS = 65535;
const CHUNK = 8192;
const PICTURED = 200;

/** The kind of a data set that is a list of points. */
export const OWN = "custom";

/**
 * @param {{x1: ArrayLike<number>, x2: ArrayLike<number>, target: ArrayLike<number>}} points What lies
 *   outside of its range is taken to its end.
 * @param {boolean} numeric
 * @returns {string}
 */
export function packPoints({ x1, x2, target }, numeric) {
  const n = target.length;
  const data = new DataView(new ArrayBuffer(n * (numeric ? 6 : 5)));
  for (let i = 0; i < n; i++) {
    data.setUint16(2 * i, toStep(x1[i], EXTENT), true);
    data.setUint16(2 * (n + i), toStep(x2[i], EXTENT), true);
    if (numeric) data.setUint16(2 * (2 * n + i), toStep(target[i], 1), true);
    else data.setUint8(4 * n + i, target[i]);
  }
  const bytes = new Uint8Array(data.buffer);
  let text = "";
  for (let start = 0; start < bytes.length; start += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(start, start + CHUNK));
  }
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * @param {string} points
 * @param {boolean} numeric
 * @returns {OwnPoints}
 */
export function unpackPoints(points, numeric) {
  const text = atob(points.replaceAll("-", "+").replaceAll("_", "/"));
  const data = new DataView(Uint8Array.from(text, (c) => c.charCodeAt(0)).buffer);
  const n = Math.floor(data.byteLength / (numeric ? 6 : 5));
  const column = (/** @type {(i: number) => number} */ read) =>
    Float32Array.from({ length: n }, (_, i) => read(i));
  return {
    x1: column((i) => toPlace(data.getUint16(2 * i, true), EXTENT)),
    x2: column((i) => toPlace(data.getUint16(2 * (n + i), true), EXTENT)),
    target: column((i) =>
      numeric ? toPlace(data.getUint16(2 * (2 * n + i), true), 1) : data.getUint8(4 * n + i),
    ),
  };
}

/** @param {OwnDataset} dataset */
export const countOwn = ({ points, numeric }) =>
  Math.floor(Math.floor((points.length * 3) / 4) / (numeric ? 6 : 5));

/**
 * Some of the points, evenly from all of them, for a small picture.
 *
 * @param {OwnDataset} dataset
 */
export function ownThumbnail({ points, numeric }) {
  const { x1, x2, target } = unpackPoints(points, numeric);
  const shown = Math.min(target.length, PICTURED);
  const some = (/** @type {Float32Array} */ values) =>
    Array.from({ length: shown }, (_, i) => values[Math.floor((i * values.length) / shown)]);
  return { x1: some(x1), x2: some(x2), label: some(target) };
}

/**
 * @param {number} value
 * @param {number} extent
 */
function toStep(value, extent) {
  const step = Math.round(((value + extent) / (2 * extent)) * STEPS);
  return Math.min(Math.max(step, 0), STEPS);
}

/**
 * @param {number} step
 * @param {number} extent
 */
const toPlace = (step, extent) => (2 * extent * step) / STEPS - extent;
