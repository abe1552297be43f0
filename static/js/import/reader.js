// Reads tables and answers questions about the one that was read last; a worker does it for the page.

import { guessRoles, readColumns } from "./columns.js";
import { selectPoints } from "./selection.js";
import { readTable } from "./table.js";

/**
 * @import {Column} from "./columns.js"
 * @import {Decimal} from "./numbers.js"
 * @import {Choice} from "./selection.js"
 * @import {Row, Settings, Table, Watching} from "./table.js"
 *
 * @typedef {Settings & {header?: boolean, decimal?: Decimal}} Given what the user says of a table
 *
 * @typedef {object} Overview
 * @property {string} encoding
 * @property {string} delimiter
 * @property {boolean} quotes
 * @property {boolean} header
 * @property {Decimal} decimal
 * @property {Column[]} columns
 * @property {{x1: number, x2: number, target: number}} roles which columns to begin with
 * @property {Row[]} preview the first rows
 * @property {number} rows
 * @property {number} kept of them, those that were looked at
 * @property {number} blank
 * @property {number} preamble lines before the table
 */

const PREVIEWED = 50;

export function createTableReader() {
  /** @type {{blob: Blob, given: Given, table: Table} | null} */
  let read = null;
  /** @type {import("./columns.js").Reading | null} */
  let reading = null;

  /** @returns {Overview} */
  function look() {
    const { table, given } = /** @type {NonNullable<typeof read>} */ (read);
    reading = readColumns(table, given);
    const rows = reading.header ? table.rows : [table.first, ...table.rows];
    const first = Number(!reading.header);
    return {
      encoding: table.encoding,
      delimiter: table.delimiter,
      quotes: table.quotes,
      header: reading.header,
      decimal: reading.decimal,
      columns: reading.columns,
      roles: guessRoles(reading.columns),
      preview: rows.slice(0, PREVIEWED),
      rows: table.count + first,
      kept: rows.length,
      blank: table.blank,
      preamble: table.preamble.length,
    };
  }

  return {
    /**
     * Reads a table; when it is refused, the one before stays.
     *
     * @param {Blob} blob
     * @param {Given} given
     * @param {Watching} watching
     */
    async read(blob, given, watching) {
      const { encoding, delimiter, quotes } = given;
      const known = read?.blob === blob ? read : null;
      const same =
        known &&
        known.given.encoding === encoding &&
        known.given.delimiter === delimiter &&
        known.given.quotes === quotes;
      const table = same
        ? known.table
        : await readTable(blob, { encoding, delimiter, quotes }, watching);
      read = { blob, given, table };
      return look();
    },

    /** @param {Choice} choice */
    choose(choice) {
      if (!read || !reading) throw new Error("No table has been read.");
      return selectPoints(read.table, reading, choice);
    },
  };
}
