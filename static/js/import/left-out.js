// The rows of a table that give no point, as people read them and as a file.

/** @import {Translate} from "../i18n.js" */
/** @import {LeftOut} from "./selection.js" */

/**
 * Why a row is left out.
 *
 * @param {Translate} t
 * @param {Pick<LeftOut, "code" | "column">} leftOut
 */
export const describeLeftOut = (t, { code, column }) => t(`import.reasons.${code}`, { column });

/**
 * How many rows there are for each reason, most first.
 *
 * @param {Translate} t
 * @param {LeftOut[]} leftOut
 */
export function countReasons(t, leftOut) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const one of leftOut) {
    const reason = describeLeftOut(t, one);
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts]
    .map(([reason, count]) => ({ reason, count }))
    .sort((a, b) => b.count - a.count);
}

/**
 * The list as CSV.
 *
 * @param {Translate} t
 * @param {LeftOut[]} leftOut
 */
export function leftOutFile(t, leftOut) {
  const names = [t("import.row"), t("import.left_reason"), t("import.left_text")];
  const rows = leftOut.map((one) => [`${one.row}`, describeLeftOut(t, one), one.text]);
  return [names, ...rows].map((row) => `${row.map(toField).join(",")}\r\n`).join("");
}

/**
 * A spreadsheet takes what begins like a formula for one, and runs it: not with an apostrophe before it.
 *
 * @param {string} text
 */
function toField(text) {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
