// Numbers as people read them, and back.

const MINUS = "\u2212";

/** @param {string} text */
const withMinus = (text) => text.replace(/^-/, MINUS).replace("e-", `e${MINUS}`).replace("e+", "e");

/**
 * Six digits with a comma, more when there are more: 000,400.
 *
 * @param {number} epoch
 */
export function formatEpoch(epoch) {
  return String(Math.max(0, Math.trunc(epoch)))
    .padStart(6, "0")
    .replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/**
 * A whole number with commas: 12,400.
 *
 * @param {number} value
 */
export const formatCount = (value) => formatEpoch(value).replace(/^[0,]+(?=\d)/, "");

/**
 * Three decimals, and a power of ten where these would show nothing: 0.031, 3.1e−5.
 *
 * @param {number | null | undefined} value
 */
export function formatLoss(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "\u2013";
  const size = Math.abs(value);
  if (value === 0) return "0.000";
  if (size < 0.001) return withMinus(value.toExponential(1));
  if (size < 1000) return withMinus(value.toFixed(3));
  return withMinus(size < 100_000 ? value.toFixed(0) : value.toExponential(2));
}

/**
 * A weight or bias: four decimals, fewer for large ones.
 *
 * @param {number} value
 * @param {number} [decimals]
 */
export function formatWeight(value, decimals = 4) {
  if (!Number.isFinite(value)) return "\u2013";
  const size = Math.abs(value);
  if (size !== 0 && size < 0.5 * 10 ** -decimals) return withMinus(value.toExponential(1));
  if (size >= 10_000) return withMinus(value.toExponential(2));
  const digits = size < 1 ? 0 : Math.floor(Math.log10(size));
  return withMinus(value.toFixed(Math.max(1, decimals - digits)));
}

/**
 * A number in as few characters as say enough, for axes and ranges: 1.4, 0.25, 12, 3.2e4.
 *
 * @param {number} value
 */
export function formatShort(value) {
  if (!Number.isFinite(value)) return "\u2013";
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 100_000)) return withMinus(value.toExponential(1));
  return withMinus(String(Number(value.toPrecision(size >= 1000 ? 4 : 2))));
}

/**
 * A power of ten: 0.01, 1e−6.
 *
 * @param {number} power
 */
export const formatDecade = (power) =>
  power >= -3 && power <= 4 ? String(Number(`1e${power}`)) : withMinus(`1e${power}`);

/**
 * @param {number} share from 0 to 1
 * @param {number} [decimals]
 */
export const formatPercent = (share, decimals = 1) =>
  Number.isFinite(share) ? `${(100 * share).toFixed(decimals)}%` : "\u2013";

/**
 * The text of a number field: plain digits that `parseNumber` reads back.
 *
 * @param {number} value
 */
export const formatInput = (value) =>
  String(Math.abs(value) < 0.001 ? Number(value.toPrecision(3)) : Number(value.toFixed(4)));

/**
 * The number a person typed (a decimal comma is one too), or null when it is none or not finite.
 *
 * @param {string} text
 * @returns {number | null}
 */
export function parseNumber(text) {
  const plain = text.trim().replace(MINUS, "-").replace(",", ".");
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return null;
  const value = Number(plain);
  return Number.isFinite(value) ? value : null;
}
