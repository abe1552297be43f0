// From text to records, piece by piece, with Papa Parse.

import Papa from "papaparse";
import { Refusal } from "./refusal.js";

/** Characters of one record: more is no row of a table, but a quote that is never closed, or no table. */
const LONGEST = 1_000_000;
export const MOST_COLUMNS = 256;
/** Characters of a cell that are kept. */
const KEPT = 200;

/** A quote was opened and never closed. */
export class UnclosedQuote extends Error {}

/** A delimiter of any number of spaces. */
export const SPACES = " ";

/**
 * @param {{delimiter: string, quotes: boolean}} dialect
 */
const parserOf = ({ delimiter, quotes }) =>
  // Without quotes it only splits, and so takes them for characters like any other.
  new Papa.Parser({ delimiter, newline: "\n", fastMode: quotes ? undefined : true });

/**
 * The fields of a record as cells: without spaces around them, and of a sensible length.
 *
 * @param {string[]} fields
 * @param {{delimiter: string, quotes: boolean}} dialect
 */
export function toCells(fields, { delimiter, quotes }) {
  if (fields.length > MOST_COLUMNS) {
    throw new Refusal("columns_many", { got: fields.length, most: MOST_COLUMNS });
  }
  const cells = fields.map((field) => {
    const cell = field.trim();
    return (quotes ? cell : cell.replace(/^"(.*)"$/, "$1")).slice(0, KEPT);
  });
  return delimiter === SPACES ? cells.filter((cell) => cell !== "") : cells;
}

/** @param {string[]} cells */
export const isBlank = (cells) => cells.every((cell) => cell === "");

/**
 * Records of a beginning, and how many mistakes in quoting they have.
 *
 * @param {string} text
 * @param {{delimiter: string, quotes: boolean}} dialect
 * @param {number} most
 */
export function parseBeginning(text, dialect, most) {
  const { data, errors } = parserOf(dialect).parse(text, 0, false);
  const records = /** @type {string[][]} */ (data).slice(0, most);
  return { records, mistakes: errors.length };
}

/**
 * @param {{delimiter: string, quotes: boolean}} dialect
 */
export function createRecords(dialect) {
  const parser = parserOf(dialect);
  let rest = "";

  return {
    /**
     * @param {string} text the next piece
     * @returns {string[][]} the records that have ended in it
     */
    push(text) {
      const input = rest + text;
      const { data, meta } = parser.parse(input, 0, true);
      rest = input.slice(meta.cursor);
      if (rest.length > LONGEST) {
        if (dialect.quotes && rest.includes('"')) throw new UnclosedQuote();
        throw new Refusal("endless", { got: rest.length });
      }
      return data;
    },
    /** @returns {string[][]} the last record, if it has no end of line */
    end() {
      if (rest === "") return [];
      const { data, errors } = parser.parse(rest, 0, false);
      const open = errors.some(
        (/** @type {{code: string}} */ { code }) => code === "MissingQuotes",
      );
      if (open) throw new UnclosedQuote();
      return data;
    },
  };
}
