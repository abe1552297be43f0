// How a table is written: what separates its cells, and whether quotes enclose them.

import { isMissing, readNumber } from "./numbers.js";
import { isBlank, parseBeginning, SPACES, toCells } from "./records.js";

/** What may separate cells, and how far it is preferred where others fit as well. */
const WEIGHTS = new Map([
  [",", 1],
  [";", 1],
  ["\t", 1.05],
  ["|", 0.95],
  [SPACES, 0.5],
]);
/** Quotes open a cell only where it begins: here a space comes before them. */
const COMMA_SPACE = ", ";

const RECORDS = 200;
const CHARACTERS = 1 << 16;

/**
 * @typedef {{delimiter: string, quotes: boolean}} Dialect
 * @typedef {Dialect & {width: number}} Guess `width`: cells of most of its records
 */

/**
 * @param {string} text the beginning of the table
 * @param {Partial<Dialect>} [given] what is known
 * @returns {Guess}
 */
export function guessDialect(text, given = {}) {
  const whole = text.length <= CHARACTERS;
  const beginning = whole ? text : text.slice(0, CHARACTERS).replace(/\n[^\n]*$/, "\n");
  const named = /^sep=(.)\n/i.exec(beginning)?.[1]; // as Excel reads it
  const delimiters = given.delimiter ?? named;
  const candidates = delimiters ? [delimiters] : [...WEIGHTS.keys()];
  if (!delimiters && beginning.includes(', "')) candidates.push(COMMA_SPACE);

  /** @type {ReturnType<typeof rate> | null} */
  let best = null;
  /** @type {unknown} */
  let refusal = null;
  for (const delimiter of candidates) {
    try {
      const found = rateBoth(beginning, delimiter, given.quotes);
      if (!best || found.score > best.score) best = found;
    } catch (error) {
      refusal = error; // more cells than a table may have: not this one, if there is another
    }
  }
  if (!best || (best.score === 0 && refusal)) throw refusal;
  const { delimiter, quotes, width } = best;
  return { delimiter, quotes, width };
}

/**
 * With quotes, and without where that makes more sense.
 *
 * @param {string} text
 * @param {string} delimiter
 * @param {boolean} [given]
 */
function rateBoth(text, delimiter, given) {
  const rated = rate(text, { delimiter, quotes: given ?? true });
  if (given !== undefined || rated.mistakes === 0) return rated;
  const without = rate(text, { delimiter, quotes: false });
  return without.good > rated.good ? without : rated;
}

/**
 * How well a dialect fits: how many records have the same number of cells, and how many cells are numbers.
 *
 * @param {string} text
 * @param {Dialect} dialect
 */
function rate(text, dialect) {
  const { records, mistakes } = parseBeginning(text, dialect, RECORDS);
  const rows = records.map((fields) => toCells(fields, dialect)).filter((row) => !isBlank(row));
  const width = mostFrequent(rows.map(({ length }) => length));
  const alike = rows.filter(({ length }) => length === width);
  const cells = alike.flat().filter((cell) => !isMissing(cell));
  const numbers = cells.filter((cell) => isNumber(cell, dialect.delimiter)).length;
  const consistency = alike.length / Math.max(1, rows.length);
  const numeric = numbers / Math.max(1, cells.length);
  const weight = WEIGHTS.get(dialect.delimiter) ?? 1.02;
  const score = width > 1 ? weight * consistency ** 2 * (0.5 + numeric) : 0;
  return { ...dialect, width, mistakes, good: alike.length, score };
}

/** @param {string} cell @param {string} delimiter */
const isNumber = (cell, delimiter) =>
  !Number.isNaN(readNumber(cell, ".")) ||
  (!delimiter.startsWith(",") && !Number.isNaN(readNumber(cell, ",")));

/** The larger one of two that are as frequent. @param {number[]} values */
function mostFrequent(values) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let [best, most] = [1, 0];
  for (const [value, count] of counts) {
    if (count > most || (count === most && value > best)) [best, most] = [value, count];
  }
  return best;
}
