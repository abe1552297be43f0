// Numbers as people read them in the language of the page, and back.

const MINUS = "\u2212";

let locale = "en";
/** Made once each, as numbers are written many times a second. @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/**
 * Says whose numbers they are: "es-MX" has a decimal point, "es-ES" a comma.
 *
 * @param {string} tag
 */
export function setLocale(tag) {
  locale = tag;
  formats.clear();
}

/**
 * @param {number} value
 * @param {Intl.NumberFormatOptions} options
 */
function write(value, options) {
  const key = JSON.stringify(options);
  const format = formats.get(key) ?? new Intl.NumberFormat(locale, options);
  formats.set(key, format);
  return format.format(value + 0).replace("-", MINUS); // + 0: no minus before a zero
}

/**
 * With so many decimals, and without separators of thousands: 0.031.
 *
 * @param {number} value
 * @param {number} decimals
 */
export const formatFixed = (value, decimals) =>
  write(value, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    useGrouping: false,
  });

/**
 * All digits that it has, without separators of thousands: 0.25, 1500.
 *
 * @param {number} value
 */
export const formatPlain = (value) =>
  write(value, { maximumFractionDigits: 20, useGrouping: false });

/**
 * All digits that it has, with separators of thousands: 0.25, 12,400.
 *
 * @param {number} value
 */
export const formatNumber = (value) => write(value, { maximumFractionDigits: 20 });

/**
 * With a power of ten: 3.1e−5.
 *
 * @param {number} value
 * @param {number} decimals
 */
export function formatScientific(value, decimals) {
  const [factor, power] = value.toExponential(decimals).split("e");
  return `${formatFixed(Number(factor), decimals)}e${power.replace("+", "").replace("-", MINUS)}`;
}

/**
 * Six digits with separators of thousands, more when there are more: 000,400.
 *
 * @param {number} epoch
 */
export const formatEpoch = (epoch) =>
  write(Math.max(0, Math.trunc(epoch)), { minimumIntegerDigits: 6, useGrouping: "always" });

/**
 * A whole number with separators of thousands: 12,400.
 *
 * @param {number} value
 */
export const formatCount = (value) =>
  write(Math.max(0, Math.trunc(value)), { maximumFractionDigits: 0 });

/**
 * Three decimals, and a power of ten where these would show nothing: 0.031, 3.1e−5.
 *
 * @param {number | null | undefined} value
 */
export function formatLoss(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "\u2013";
  const size = Math.abs(value);
  if (size !== 0 && size < 0.001) return formatScientific(value, 1);
  if (size < 1000) return formatFixed(value, 3);
  return size < 100_000 ? formatFixed(value, 0) : formatScientific(value, 2);
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
  if (size !== 0 && size < 0.5 * 10 ** -decimals) return formatScientific(value, 1);
  if (size >= 10_000) return formatScientific(value, 2);
  const digits = size < 1 ? 0 : Math.floor(Math.log10(size));
  return formatFixed(value, Math.max(1, decimals - digits));
}

/**
 * A number in as few characters as say enough, for axes and ranges: 1.4, 0.25, 12, 3.2e4.
 *
 * @param {number} value
 */
export function formatShort(value) {
  if (!Number.isFinite(value)) return "\u2013";
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 100_000)) return formatScientific(value, 1);
  return write(value, { maximumSignificantDigits: size >= 1000 ? 4 : 2, useGrouping: false });
}

/**
 * A power of ten: 0.01, 1e−6.
 *
 * @param {number} power
 */
export const formatDecade = (power) =>
  power >= -3 && power <= 4
    ? formatPlain(Number(`1e${power}`))
    : formatScientific(Number(`1e${power}`), 0);

/**
 * @param {number} share from 0 to 1
 * @param {number} [decimals]
 */
export const formatPercent = (share, decimals = 1) =>
  Number.isFinite(share)
    ? write(share, {
        style: "percent",
        minimumFractionDigits: decimals,
        maximumFractionDigits: decimals,
        useGrouping: false,
      })
    : "\u2013";

/**
 * The text of a number field: digits that `parseNumber` reads back, with a minus as it is typed.
 *
 * @param {number} value
 */
export const formatInput = (value) => formatSetting(value).replaceAll(MINUS, "-");

/**
 * The same where it is read.
 *
 * @param {number} value
 */
export function formatSetting(value) {
  const short = Number(Math.abs(value) < 0.001 ? value.toPrecision(3) : value.toFixed(4));
  const size = Math.abs(short);
  const isTiny = size !== 0 && size < 1e-6;
  return isTiny ? formatScientific(short, digitsOf(short)) : formatPlain(short);
}

/** Decimals of the factor before a power of ten. @param {number} value */
const digitsOf = (value) => (/\.(\d+)/.exec(value.toExponential())?.[1] ?? "").length;

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

/**
 * What the server says of a part, as a sentence of its own.
 *
 * @param {string} text
 */
export function asSentence(text) {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}
