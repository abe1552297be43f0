// The points that three columns of a table give, and the rows that give none.

import { cleanName, MOST_CLASSES } from "./columns.js";
import { isMissing, isUsable, readNumber } from "./numbers.js";
import { drawSome } from "./reservoir.js";
import { FEWEST_POINTS, MOST_POINTS } from "../own-points.js";

/**
 * @import {Reading} from "./columns.js"
 * @import {Reason} from "./refusal.js"
 * @import {Row, Table} from "./table.js"
 *
 * @typedef {object} Choice
 * @property {number} x1 numbers of columns
 * @property {number} x2
 * @property {number} target
 * @property {"classes" | "numbers" | null} as what the target is; null: what it looks like
 * @property {string | null} others the name of a class for all but the seven most frequent ones
 *
 * @typedef {{row: number, code: string, column: string, text: string}} LeftOut why a row gives no point
 *
 * @typedef {object} Selection
 * @property {Reason | null} refusal why these columns cannot be used
 * @property {"classes" | "numbers"} as
 * @property {boolean} choosable whether the target could be the other as well
 * @property {{name: string, count: number}[]} classes
 * @property {number} distinct different values of the target
 * @property {Float64Array} x1 values of the points
 * @property {Float64Array} x2
 * @property {Float64Array} target the number of a class, or a value
 * @property {number} usable rows, of which the points may be a sample
 * @property {LeftOut[]} leftOut
 */

/**
 * @param {Table} table
 * @param {Reading} reading
 * @param {Choice} choice
 * @returns {Selection}
 */
export function selectPoints(table, reading, choice) {
  const rows = reading.header ? table.rows : [table.first, ...table.rows];
  const read = createReader(table, reading);
  /** @type {LeftOut[]} */
  const leftOut = [];
  const places = rows.filter((row) => {
    const problem = read.problem(row, choice.x1, true) ?? read.problem(row, choice.x2, true);
    if (problem) leftOut.push(problem);
    return !problem;
  });

  const values = places.map(({ cells }) => cells[choice.target] ?? "").filter((v) => !isMissing(v));
  const { as, choosable, numeric, distinct } = lookAt(values, reading, choice);
  const usable = places.filter((row) => {
    const problem = read.problem(row, choice.target, as === "numbers");
    if (problem) leftOut.push(problem);
    return !problem;
  });
  leftOut.sort((a, b) => a.row - b.row);

  const taken = drawSome(usable, MOST_POINTS);
  const classes = as === "classes" ? createClasses(usable, taken, read, choice, numeric) : null;
  const column = (/** @type {(row: Row) => number} */ value) => Float64Array.from(taken, value);
  const selection = {
    as,
    choosable,
    distinct,
    classes: classes?.list ?? [],
    x1: column((row) => read.number(row, choice.x1)),
    x2: column((row) => read.number(row, choice.x2)),
    target: column((row) => (classes ? classes.of(row) : read.number(row, choice.target))),
    usable: usable.length,
    leftOut,
  };
  return { ...selection, refusal: refuse(selection, table, reading, choice) };
}

/**
 * @param {Table} table
 * @param {Reading} reading
 */
function createReader({ width }, { decimal, columns }) {
  const number = (/** @type {Row} */ { cells }, /** @type {number} */ i) =>
    readNumber(cells[i] ?? "", decimal);
  return {
    number,

    /**
     * @param {Row} row
     * @param {number} i
     * @param {boolean} wantsNumber
     * @returns {LeftOut | null}
     */
    problem(row, i, wantsNumber) {
      const text = row.cells[i] ?? "";
      const because = (/** @type {string} */ code) => ({
        row: row.number,
        code,
        column: columns[i].name,
        text,
      });
      if (row.cells.slice(width).some((cell) => cell !== "")) {
        return { ...because("cells"), text: row.cells.join(" | ").slice(0, 200) };
      }
      if (isMissing(text)) return because("missing");
      if (!wantsNumber) return null;
      const value = number(row, i);
      if (Number.isNaN(value)) return because("number");
      return isUsable(value) ? null : because("large");
    },
  };
}

/**
 * What a target is: numbers with few values are classes, unless one says that they are numbers.
 *
 * @param {string[]} values
 * @param {Reading} reading
 * @param {Choice} choice
 */
function lookAt(values, { decimal, columns }, { as, target }) {
  const numeric = columns[target].kind === "number";
  const keys = values.map((value) => {
    const number = numeric ? readNumber(value, decimal) : NaN;
    return Number.isNaN(number) ? value : number;
  });
  const distinct = new Set(keys).size;
  const whole = keys.every((key) => typeof key === "string" || Number.isInteger(key));
  const few = distinct <= MOST_CLASSES && (distinct <= 2 || whole);
  const looks = numeric && !few ? "numbers" : "classes";
  return {
    as: numeric && as ? as : /** @type {"numbers" | "classes"} */ (looks),
    choosable: numeric && distinct > 1,
    numeric,
    distinct,
  };
}

/**
 * @param {Row[]} rows all usable ones
 * @param {Row[]} taken
 * @param {ReturnType<typeof createReader>} read
 * @param {Choice} choice
 * @param {boolean} numeric
 */
function createClasses(rows, taken, read, { target, others }, numeric) {
  /** @type {(row: Row) => string | number} */
  const keyOf = (row) => {
    const value = numeric ? read.number(row, target) : NaN;
    return Number.isNaN(value) ? row.cells[target] : value;
  };
  /** @type {Map<string | number, {name: string, count: number}>} */
  const found = new Map();
  for (const row of rows) {
    const known = found.get(keyOf(row));
    if (known) known.count++;
    else found.set(keyOf(row), { name: cleanName(row.cells[target]) || "·", count: 1 });
  }
  const all = [...found.keys()];
  const grouped = all.length > MOST_CLASSES && others !== null;
  const keys = grouped
    ? all.sort((a, b) => count(b) - count(a)).slice(0, MOST_CLASSES - 1)
    : all.slice(0, MOST_CLASSES + 1);
  keys.sort((a, b) =>
    typeof a === "number" && typeof b === "number" ? a - b : compare(String(a), String(b)),
  );
  const numbers = new Map(keys.map((key, i) => [key, i]));
  const of = (/** @type {Row} */ row) => numbers.get(keyOf(row)) ?? MOST_CLASSES - 1;

  const counts = Array.from({ length: keys.length + Number(grouped) }, () => 0);
  if (all.length <= MOST_CLASSES || grouped) for (const row of taken) counts[of(row)]++;
  const names = keys.map((key) => found.get(key)?.name ?? "");
  if (grouped) names.push(others ?? "");
  return { of, list: names.map((name, i) => ({ name, count: counts[i] })) };

  function count(/** @type {string | number} */ key) {
    return found.get(key)?.count ?? 0;
  }
}

/** The same order everywhere, and 10 after 9. */
const { compare } = new Intl.Collator("en", { numeric: true });

/**
 * @param {Omit<Selection, "refusal">} selection
 * @param {Table} table
 * @param {Reading} reading
 * @param {Choice} choice
 * @returns {Reason | null}
 */
function refuse(selection, table, { header, columns }, { x1, x2, target, others }) {
  const { as, usable, distinct } = selection;
  const because = (/** @type {string} */ code, /** @type {Reason["values"]} */ values = {}) => ({
    code,
    values: { column: columns[target].name, ...values },
  });
  const rows = table.count + Number(!header);
  if (rows === 0) return because("rows_none");
  if (table.width < 3) return because("columns_few", { got: table.width });
  const wordy = [x1, x2].find((i) => columns[i].kind !== "number");
  if (wordy !== undefined && usable === 0) {
    return because("input", { column: columns[wordy].name, example: columns[wordy].example });
  }
  if (new Set([x1, x2, target]).size < 3) return because("columns_same");
  if (usable < FEWEST_POINTS) return because("rows_few", { got: usable, rows });
  if (distinct === 1) return because("one_value", { value: columns[target].example });
  if (as === "numbers" || distinct <= MOST_CLASSES) return null;
  if (distinct > usable / 2) return because("classes_names", { got: distinct, rows: usable });
  return others === null ? because("classes_many", { got: distinct }) : null;
}
