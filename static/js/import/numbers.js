// Numbers as tables have them: a decimal comma or point, thousands in groups, a currency, a percent sign.

/** Larger ones leave no room for a margin around them. */
export const LARGEST = 1e299;

const CURRENCY = "[$€£¥₹]";
const SIGN = "[+-]?";
const EXPONENT = "(?:[eE][+-]?\\d+)?";

/** @typedef {"." | ","} Decimal */

/** @param {Decimal} decimal @param {string} separator of groups, as a pattern */
function patterns(decimal, separator) {
  const point = `\\${decimal}`;
  return {
    plain: new RegExp(`^${SIGN}(?:\\d+${point}?\\d*|${point}\\d+)${EXPONENT}$`),
    grouped: new RegExp(`^${SIGN}\\d{1,3}(?:(${separator})\\d{3})(?:\\1\\d{3})*(?:${point}\\d*)?$`),
  };
}

const PATTERNS = { ".": patterns(".", "[ ,'’]"), ",": patterns(",", "[ .'’]") };
const ORDINARY = /^-?\d{1,15}(?:\.\d+)?$/;
const INFINITE = /^[+-]?(?:inf|infinity)$/i;
const MONEY_FIRST = new RegExp(`^([+-]?)${CURRENCY} ?`);
const UNIT_LAST = new RegExp(`(\\d[.,]?) ?(?:%|${CURRENCY})$`);

/**
 * The number that a cell holds; infinite when it is too large for one, NaN when it is none. A percent sign
 * or a currency is left out: 45 % is 45.
 *
 * @param {string} text without spaces around it
 * @param {Decimal} decimal
 * @returns {number}
 */
export function readNumber(text, decimal) {
  if (decimal === "." && ORDINARY.test(text)) return Number(text);
  const plain = text
    .replace(/\s/g, " ")
    .replace(/^[−–‒]/, "-")
    .replace(MONEY_FIRST, "$1")
    .replace(UNIT_LAST, "$1");
  const { plain: single, grouped } = PATTERNS[decimal];
  if (single.test(plain)) return Number(decimal === "," ? plain.replace(",", ".") : plain);
  if (grouped.test(plain)) {
    const digits = plain.replace(decimal === "," ? /[ .'’]/g : /[ ,'’]/g, "");
    return Number(digits.replace(",", "."));
  }
  if (INFINITE.test(plain)) return plain.startsWith("-") ? -Infinity : Infinity;
  return NaN;
}

/** @param {number} value */
export const isUsable = (value) => Math.abs(value) <= LARGEST;

const MISSING = new Set(["", "na", "n/a", "#n/a", "nan", "null", "?", "-", "–", "—", ".", "\\n"]);

/** Whether a cell says that there is no value. @param {string} text */
export const isMissing = (text) => text.length <= 4 && MISSING.has(text.toLowerCase());

const DATE =
  /^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{1,2}:\d{2})(?:$|[T :])/;

/** @param {string} text */
export const isDate = (text) => DATE.test(text);

const HAS_COMMA = /^\D{0,3}\d[\d .'’]*,\d/;
const HAS_POINT = /^\D{0,3}\d[\d ,'’]*\.\d/;
/** Three digits after it, and not 0 before it: that may be thousands as well. */
const UNCLEAR = /^\D{0,3}[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*\D{0,2}$/;

/**
 * What separates the decimals in a table. Thousands in groups look the same in one case, 1,234: then a table
 * whose cells are not separated by commas means a decimal comma when it has semicolons, as spreadsheets
 * write them where a decimal comma is usual.
 *
 * @param {Iterable<string>} cells
 * @param {string} delimiter
 * @returns {Decimal}
 */
export function guessDecimal(cells, delimiter) {
  let [commas, points, unclearCommas, unclearPoints] = [0, 0, 0, 0];
  for (const cell of cells) {
    const comma = HAS_COMMA.test(cell) && !Number.isNaN(readNumber(cell, ","));
    const point = HAS_POINT.test(cell) && !Number.isNaN(readNumber(cell, "."));
    if (!comma && !point) continue;
    if (!UNCLEAR.test(cell)) {
      commas += Number(comma);
      points += Number(point);
    } else if (cell.includes(",")) unclearCommas++;
    else unclearPoints++;
  }
  if (commas !== points) return commas > points ? "," : ".";
  return delimiter === ";" && unclearCommas > unclearPoints ? "," : ".";
}
