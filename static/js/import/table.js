// A table out of a file of any size, of which it keeps no more than it has room for.

import { guessDialect } from "./dialect.js";
import { readText, refuseOtherFiles, refuseOtherText, sniffEncoding } from "./encoding.js";
import { readNumber } from "./numbers.js";
import { createRecords, isBlank, toCells, UnclosedQuote } from "./records.js";
import { Refusal } from "./refusal.js";
import { createReservoir } from "./reservoir.js";

/**
 * @typedef {{number: number, cells: string[]}} Row `number`: counted from 1 at the top of the file
 *
 * @typedef {object} Settings What the user says of the file; what is not there is found out.
 * @property {string} [encoding]
 * @property {string} [delimiter]
 * @property {boolean} [quotes]
 *
 * @typedef {object} Table
 * @property {string} encoding
 * @property {string} delimiter
 * @property {boolean} quotes
 * @property {number} width cells of a row
 * @property {Row[]} preamble lines before the table
 * @property {Row} first the first row, which may be the header
 * @property {Row[]} rows the others, or as many as there is room for, drawn at random
 * @property {number} count of the others, kept or not
 * @property {number} blank lines with nothing on them
 *
 * @typedef {object} Watching
 * @property {(share: number) => void} onProgress
 * @property {() => boolean} isCancelled
 */

/** Rows to choose 5,000 usable ones from; fewer where rows have many cells. */
export const ROOM = 20_000;
const LEAST_ROOM = 5000;
const ROOM_CELLS = 2_000_000;
const FIRST_BYTES = 1 << 16;
const MOST_PREAMBLE = 50;

/**
 * @param {Blob} blob
 * @param {Settings} settings
 * @param {Watching} watching
 * @returns {Promise<Table>} or a `Refusal`
 */
export async function readTable(blob, settings, watching) {
  const beginning = new Uint8Array(await blob.slice(0, FIRST_BYTES).arrayBuffer());
  if (beginning.length === 0) throw new Refusal("empty");
  refuseOtherFiles(beginning);
  const encoding = settings.encoding ?? sniffEncoding(beginning) ?? "utf-8";
  const strict = settings.encoding === undefined && encoding === "utf-8";
  try {
    return await readOnce(blob, settings, encoding, strict, watching);
  } catch (error) {
    if (error instanceof TypeError && strict) {
      return readTable(blob, { ...settings, encoding: "windows-1252" }, watching);
    }
    if (error instanceof UnclosedQuote) {
      if (settings.quotes) throw new Refusal("quote");
      return readTable(blob, { ...settings, quotes: false }, watching);
    }
    throw error;
  }
}

/**
 * @param {Blob} blob
 * @param {Settings} settings
 * @param {string} encoding
 * @param {boolean} strict
 * @param {Watching} watching
 */
async function readOnce(blob, settings, encoding, strict, { onProgress, isCancelled }) {
  /** @type {ReturnType<typeof createCollector> | null} */
  let collector = null;
  const onChunk = async (/** @type {number} */ bytes) => {
    onProgress(bytes / blob.size);
    await new Promise((resolve) => setTimeout(resolve)); // lets a message through that cancels
    if (isCancelled()) throw new Refusal("cancelled");
  };
  for await (const text of readText(blob, { encoding, strict, onProgress: onChunk })) {
    if (!collector) {
      refuseOtherText(text.slice(0, FIRST_BYTES));
      collector = createCollector(guessDialect(text, settings));
    }
    collector.push(text);
  }
  return { encoding, .../** @type {NonNullable<typeof collector>} */ (collector).end() };
}

/** Engines cut a long text out of another without a copy, and so one cell keeps all of the piece that it is from. */
const COPIED = 13;

/** @param {Row} row */
const ownCells = ({ number, cells }) => ({
  number,
  cells: cells.map((cell) =>
    cell.length < COPIED ? cell : /** @type {string} */ (JSON.parse(JSON.stringify(cell))),
  ),
});

/** @param {string} cell */
const isWord = (cell) =>
  cell !== "" && Number.isNaN(readNumber(cell, ".")) && Number.isNaN(readNumber(cell, ","));

/** A line that begins with # is a comment when a header comes after it, and else the header. */
const isComment = (/** @type {Row} */ { cells }, /** @type {Row} */ next) =>
  cells[0].startsWith("#") && next.cells.every(isWord);

/** @param {import("./dialect.js").Guess} dialect */
function createCollector({ delimiter, quotes, width }) {
  const dialect = { delimiter, quotes };
  const records = createRecords(dialect);
  const room = Math.min(ROOM, Math.max(LEAST_ROOM, Math.floor(ROOM_CELLS / width)));
  /** @type {ReturnType<typeof createReservoir<Row>>} */
  const kept = createReservoir(room, ownCells);
  /** @type {Row[]} */
  const preamble = [];
  /** @type {Row | null} */
  let first = null;
  let number = 0;
  let blank = 0;

  /** @param {string[][]} found */
  function take(found) {
    for (const fields of found) {
      number++;
      const row = { number, cells: toCells(fields, dialect) };
      if (isBlank(row.cells)) blank++;
      else if (first && kept.seen === 0 && isComment(first, row)) {
        preamble.push(first);
        first = row;
      } else if (first) kept.add(row);
      else if (row.cells.length < width && preamble.length < MOST_PREAMBLE) preamble.push(row);
      else first = row;
    }
  }

  /** R writes no name above the names of rows: a header that is one cell shorter than all rows. */
  function takeHeaderBack() {
    const last = preamble.at(-1);
    if (!first || last?.cells.length !== width - 1 || width < 3) return;
    if (last.number !== first.number - 1 || !last.cells.every(isWord) || first.cells.every(isWord))
      return;
    preamble.pop();
    kept.add(first);
    first = { number: last.number, cells: ["", ...last.cells] };
  }

  return {
    /** @param {string} text */
    push: (text) => take(records.push(text)),
    end() {
      take(records.end());
      takeHeaderBack();
      first ??= preamble.pop() ?? null;
      if (!first) throw new Refusal("empty");
      const rows = kept.items.sort((a, b) => a.number - b.number);
      return { ...dialect, width, preamble, first, rows, count: kept.seen, blank };
    },
  };
}
