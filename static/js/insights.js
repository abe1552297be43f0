// What the insight panels work out from measurements; nothing here draws.

import {
  formatFixed,
  formatPercent,
  formatPlain,
  formatScientific,
  formatShort,
} from "./format.js";

/**
 * @typedef {{z: number[], f: (number | null)[], slope: (number | null)[]}} Curve
 * @typedef {{range: [number, number], counts: number[], below: number, above: number}} Histogram
 * @typedef {"normal" | "uniform" | "none"} Family of a distribution
 */

const MINUS = "\u2212";

/**
 * A number with enough digits to tell values near 0 and near 1 apart: 0.99995, 4.54e−5.
 *
 * @param {number | null | undefined} value
 */
export function formatExact(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "\u2013";
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < 0.001 || size >= 100_000) return formatScientific(value, 2);
  return formatPlain(Number(value.toPrecision(5)));
}

/**
 * A measured ratio or sum: three significant digits, always as many: 0.528, 1.00, 4.54e−5.
 *
 * @param {number | null | undefined} value
 */
export function formatRatio(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "\u2013";
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < 0.001 || size >= 100_000) return formatScientific(value, 2);
  const digits = Math.floor(Math.log10(Number(size.toPrecision(3)))); // 0.9996 is 1.00
  return formatFixed(value, Math.max(0, 2 - digits));
}

/**
 * A share that is never called nothing when it is something: 0.8%, <0.1%.
 *
 * @param {number | null | undefined} share from 0 to 1
 */
export function formatShare(share) {
  if (share === null || share === undefined || !Number.isFinite(share)) return "\u2013";
  if (share > 0 && share < 0.001) return `<${formatPercent(0.001)}`;
  if (share < 1 && share > 0.999) return `>${formatPercent(0.999)}`;
  return formatPercent(share, share > 0 && share < 0.1 ? 1 : 0);
}

/**
 * The values of a curve at x, between its samples on a straight line.
 *
 * @param {Curve} curve whose z are evenly spaced
 * @param {number} x
 * @returns {{f: number, slope: number}}
 */
export function sampleAt({ z, f, slope }, x) {
  const last = z.length - 1;
  const at = Math.min(last, Math.max(0, ((x - z[0]) / (z[last] - z[0])) * last));
  const near = Math.round(at);
  // On a sample it is that sample: rounding in `at` must not mix in its neighbour.
  const low = Math.abs(at - near) < 1e-6 ? near : Math.floor(at);
  const part = low === near && Math.abs(at - near) < 1e-6 ? 0 : at - low;
  const read = (/** @type {(number | null)[]} */ values) => {
    const a = values[low] ?? NaN;
    return part === 0 ? a : a + (Number(values[low + 1] ?? NaN) - a) * part;
  };
  return { f: read(f), slope: read(slope) };
}

/**
 * The vertical ranges of a function and its derivative, with their zeros at the same height.
 *
 * @param {Curve} curve
 * @returns {{f: [number, number], slope: [number, number], shared: boolean}} `shared`: one axis does for both.
 */
export function curveRanges({ f, slope }) {
  const finite = (/** @type {(number | null)[]} */ values) =>
    /** @type {number[]} */ (values.filter((value) => value !== null));
  const span = (/** @type {number[]} */ values) => [
    Math.min(0, ...values) * 1.1,
    Math.max(1e-9, ...values) * 1.1,
  ];
  const [fLow, fHigh] = span(finite(f));
  const [sLow, sHigh] = span(finite(slope));
  const [low, high] = [Math.min(fLow, sLow), Math.max(fHigh, sHigh)];
  const shared = high <= 1.7 && low >= -1.7;
  if (shared) {
    const bottom = Math.min(low, -0.14 * high);
    return { f: [bottom, high], slope: [bottom, high], shared };
  }
  const negative = sLow < 0 ? 0.14 : 0.08;
  const below = Math.max(-fLow, (negative / (1 - negative)) * fHigh);
  const part = below / (below + fHigh);
  const top = Math.max(sHigh, (-sLow * (1 - part)) / part);
  return { f: [-below, fHigh], slope: [(-top * part) / (1 - part), top], shared };
}

/**
 * Where the directions of a path's steps lie: how many in each quadrant, counted from (+, +) against the
 * clock. Steps along an axis belong to none.
 *
 * @param {readonly [readonly number[], readonly number[]]} path
 * @returns {[number, number, number, number]}
 */
export function quadrants([first, second]) {
  /** @type {[number, number, number, number]} */
  const counts = [0, 0, 0, 0];
  for (let i = 1; i < first.length; i++) {
    const [dx, dy] = [first[i] - first[i - 1], second[i] - second[i - 1]];
    if (dx === 0 || dy === 0) continue;
    counts[dx > 0 ? (dy > 0 ? 0 : 3) : dy > 0 ? 1 : 2] += 1;
  }
  return counts;
}

/**
 * A square window around a path, so that directions look as they are.
 *
 * @param {readonly [readonly number[], readonly number[]]} path
 * @returns {{x: [number, number], y: [number, number]}}
 */
export function squareAround([first, second]) {
  const [left, right] = [Math.min(...first), Math.max(...first)];
  const [low, high] = [Math.min(...second), Math.max(...second)];
  const half = Math.max(right - left, high - low, 1e-9) * 0.58;
  const [x, y] = [(left + right) / 2, (low + high) / 2];
  return { x: [x - half, x + half], y: [y - half, y + half] };
}

/**
 * The family of an initializer's distribution, as its formula says it: N(…) or U(…).
 *
 * @param {string | null | undefined} formula
 * @returns {Family}
 */
export function familyOf(formula) {
  if (/^N\b/.test(formula ?? "")) return "normal";
  return /^U\b/.test(formula ?? "") ? "uniform" : "none";
}

/**
 * How many of n draws a distribution puts in a bin around x, in theory.
 *
 * @param {Family} family
 * @param {{std: number, n: number, width: number}} options
 * @returns {(x: number) => number}
 */
export function expectedCount(family, { std, n, width }) {
  if (family === "normal") {
    const peak = (n * width) / (std * Math.sqrt(2 * Math.PI));
    return (x) => peak * Math.exp((-x * x) / (2 * std * std));
  }
  const limit = std * Math.sqrt(3);
  return (x) => (Math.abs(x) <= limit ? (n * width) / (2 * limit) : 0);
}

/**
 * Whole powers of ten around all positive values, at least one decade apart, and at most `decades`
 * from the top.
 *
 * @param {(number | null | undefined)[]} values
 * @param {number} [decades]
 * @returns {[number, number]} exponents
 */
export function logRange(values, decades = 24) {
  const positive = values.filter((value) => Number(value) > 0).map((value) => Number(value));
  if (!positive.length) return [-1, 0];
  const high = Math.ceil(Math.log10(Math.max(...positive)) - 1e-9) || 0;
  const low = Math.floor(Math.log10(Math.min(...positive)) + 1e-9) || 0;
  return [Math.max(Math.min(low, high - 1), high - decades), high];
}

/**
 * Exponents to write at a log axis: at most `most` of them, evenly spaced, the ends when possible.
 *
 * @param {[number, number]} range
 * @param {number} most
 */
export function logTicks([low, high], most) {
  const step = Math.max(1, Math.ceil((high - low) / Math.max(1, most - 1)));
  const ticks = [];
  for (let exponent = high; exponent >= low; exponent -= step) ticks.push(exponent);
  return ticks;
}

/** @param {number} exponent */
export const formatPower = (exponent) => {
  if (exponent >= -3 && exponent <= 3) return formatShort(10 ** exponent);
  return `1e${exponent < 0 ? MINUS : ""}${Math.abs(exponent)}`;
};

/**
 * The share of each cell among all of its row (what became of the samples of one class).
 *
 * @param {number[][]} table
 * @returns {number[][]}
 */
export const rowShares = (table) =>
  table.map((row) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count) => (total ? count / total : 0));
  });

/**
 * A histogram with so few bins that each can hold some of the samples.
 *
 * @param {Histogram} histogram
 * @returns {Histogram}
 */
export function coarser(histogram) {
  const { counts } = histogram;
  const n = counts.reduce((sum, count) => sum + count, 0);
  const by = n < 40 ? 4 : n < 200 ? 2 : 1;
  if (by === 1 || counts.length % by) return histogram;
  const merged = Array.from({ length: counts.length / by }, (_, i) =>
    counts.slice(i * by, (i + 1) * by).reduce((sum, count) => sum + count, 0),
  );
  return { ...histogram, counts: merged };
}

/**
 * A feature as mathematics writes it, in plain text: x₁, x₂², x₁x₂.
 *
 * @param {string} name
 */
export const asWritten = (name) =>
  name
    .replace(/(x[12])\*(?=x[12]\b)/g, "$1")
    .replace(/\^([23])(?![\d.])/g, (_, power) => (power === "2" ? "²" : "³"))
    .replace(/(?<![a-z])x([12])(?!\d)/g, (_, index) => (index === "1" ? "x₁" : "x₂"));
