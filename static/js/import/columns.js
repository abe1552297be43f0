// What the columns of a table are, and which of them one will probably want.

import { guessDecimal, isDate, isMissing, readNumber } from "./numbers.js";
import { drawSome } from "./reservoir.js";

/**
 * @import {Decimal} from "./numbers.js"
 * @import {Row, Table} from "./table.js"
 *
 * @typedef {object} Column
 * @property {string} name
 * @property {"number" | "date" | "text" | "empty"} kind
 * @property {number} distinct different values, as far as that was counted
 * @property {boolean} whole its numbers are whole
 * @property {boolean} counting it only counts the rows
 * @property {number} missing share of cells without a value
 * @property {string} example
 *
 * @typedef {object} Reading How the cells of a table are understood.
 * @property {boolean} header whether the first row has the names
 * @property {Decimal} decimal
 * @property {Column[]} columns
 */

const LOOKED_AT = 2000;
const NAME_LENGTH = 40;
/** A column is what more than this share of its cells are. */
const MOSTLY = 0.5;
export const MOST_CLASSES = 8;

const TARGET_NAME =
  /^(?:class(?:es)?|label|target|species|categor(?:y|ie)|group|diagnosis|outcome|survived|quality|result|clase|klasse|etiqueta|especie|objetivo)$/i;
/** A name that may as well be a coordinate's. */
const PERHAPS_TARGET_NAME = /^y$/i;
const COUNTING_NAME = /^(?:id|idx|index|row|nr|no|#|unnamed:? ?0|rownames?|.*[_ ]id)$/i;

/**
 * @param {Table} table
 * @param {{header?: boolean, decimal?: Decimal}} given what the user says of it
 * @returns {Reading}
 */
export function readColumns(table, given = {}) {
  const sample = drawSome(table.rows, LOOKED_AT);
  const decimal = given.decimal ?? guessDecimal(allCells(sample), table.delimiter);
  const below = profiles(sample, table.width, decimal);
  const header = given.header ?? isHeader(table.first, below, sample);
  const names = nameColumns(header ? table.first.cells : [], table.width);
  const all = header ? below : profiles([table.first, ...sample], table.width, decimal);
  const columns = all.map((profile, i) => ({ ...profile, name: names[i] }));
  return { header, decimal, columns };
}

/** @param {Row[]} rows */
function* allCells(rows) {
  for (const { cells } of rows) yield* cells;
}

/**
 * @param {Row[]} rows
 * @param {number} width
 * @param {Decimal} decimal
 * @returns {Column[]} without names
 */
const profiles = (rows, width, decimal) =>
  Array.from({ length: width }, (_, i) => profile(rows, i, decimal));

/**
 * @param {Row[]} rows
 * @param {number} index
 * @param {Decimal} decimal
 * @returns {Column}
 */
function profile(rows, index, decimal) {
  const filled = rows.map(({ cells }) => cells[index] ?? "").filter((cell) => !isMissing(cell));
  const numbers = filled.map((cell) => readNumber(cell, decimal));
  const some = numbers.filter((number) => !Number.isNaN(number));
  const dates = filled.filter(isDate).length;
  const enough = MOSTLY * filled.length;
  /** @type {Column["kind"]} */
  let kind = "text";
  if (filled.length === 0) kind = "empty";
  else if (some.length > enough) kind = "number";
  else if (dates > enough) kind = "date";
  const whole = some.every(Number.isInteger);
  /** @type {(number | string)[]} */
  const values = kind === "number" ? some : filled;
  return {
    name: "",
    kind,
    distinct: new Set(values).size,
    whole,
    counting: kind === "number" && whole && some.length > 2 && isCounting(some),
    missing: rows.length ? 1 - filled.length / rows.length : 0,
    example: filled[0] ?? "",
  };
}

/** Whether every number is larger than the one before. @param {number[]} numbers */
const isCounting = (numbers) => numbers.every((n, i) => i === 0 || n > numbers[i - 1]);

/**
 * A header has names where the rows below have numbers; without numbers, it has words that do not come
 * again below.
 *
 * @param {Row} first
 * @param {Column[]} below
 * @param {Row[]} rows
 */
function isHeader({ cells }, below, rows) {
  if (rows.length === 0) return true;
  const isName = (/** @type {string} */ cell) =>
    Number.isNaN(readNumber(cell, ".")) && Number.isNaN(readNumber(cell, ",")) && !isDate(cell);
  const numeric = below.flatMap(({ kind }, i) => (kind === "number" || kind === "date" ? [i] : []));
  if (numeric.length > 0) {
    const names = numeric.filter((i) => isName(cells[i] ?? "") && (cells[i] ?? "") !== "?");
    return names.length > numeric.length / 2 && names.some((i) => cells[i] && !isMissing(cells[i]));
  }
  const seen = new Set(allCells(rows));
  return new Set(cells).size === cells.length && !cells.some((cell) => seen.has(cell));
}

/**
 * A name of its own for every column: what the header has, in one line and not too long.
 *
 * @param {string[]} cells
 * @param {number} width
 */
export function nameColumns(cells, width) {
  /** @type {Set<string>} */
  const taken = new Set();
  return Array.from({ length: width }, (_, i) => {
    const plain = cleanName(cells[i] ?? "") || `column ${i + 1}`;
    let name = plain;
    for (let n = 2; taken.has(name); n++) name = `${cleanName(plain, NAME_LENGTH - 6)} (${n})`;
    taken.add(name);
    return name;
  });
}

/**
 * @param {string} text
 * @param {number} [most] characters
 */
export function cleanName(text, most = NAME_LENGTH) {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\s]+/gu, " ").trim();
  const characters = [...line];
  return characters.length > most
    ? `${characters
        .slice(0, most - 1)
        .join("")
        .trim()}…`
    : line;
}

/**
 * The columns to begin with.
 *
 * @param {Column[]} columns
 * @returns {{x1: number, x2: number, target: number}}
 */
export function guessRoles(columns) {
  const indices = columns.map((_, i) => i);
  const isId = (/** @type {number} */ i) =>
    columns[i].kind === "number" && (columns[i].counting || COUNTING_NAME.test(columns[i].name));
  const numeric = indices.filter((i) => columns[i].kind === "number" && !isId(i));
  const target = guessTarget(columns, numeric);
  const inputs = numeric.filter((i) => i !== target);
  const varied = inputs.filter((i) => columns[i].distinct > MOST_CLASSES);
  const others = indices.filter((i) => columns[i].kind === "number");
  const ranked = [...varied, ...inputs, ...others, ...indices].filter((i) => i !== target);
  const [x1, x2 = x1] = new Set(ranked);
  const [first, second] = x1 < x2 ? [x1, x2] : [x2, x1];
  return { x1: first ?? 0, x2: second ?? 0, target };
}

/**
 * @param {Column[]} columns
 * @param {number[]} numeric
 */
function guessTarget(columns, numeric) {
  const indices = columns.map((_, i) => i);
  const hinted = (/** @type {number[]} */ some) =>
    some.find((i) => TARGET_NAME.test(columns[i].name)) ??
    some.find((i) => PERHAPS_TARGET_NAME.test(columns[i].name)) ??
    some.at(-1);
  const isFew = (/** @type {number} */ i) =>
    columns[i].distinct >= 2 && columns[i].distinct <= MOST_CLASSES;
  const texts = indices.filter((i) => columns[i].kind === "text");
  const few = [...numeric.filter((i) => isFew(i) && columns[i].whole), ...texts.filter(isFew)];
  const enough = (/** @type {number | undefined} */ i) =>
    i !== undefined && numeric.filter((n) => n !== i).length >= 2;
  const named = hinted(few.filter(enough));
  const found = [named, enough(numeric.at(-1)) ? hinted(numeric) : undefined, texts[0]];
  return found.find((i) => i !== undefined) ?? columns.length - 1;
}
