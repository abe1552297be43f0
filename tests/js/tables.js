// Reads written-out tables for tests, as the worker reads files for the page.

import { createTableReader } from "../../static/js/import/reader.js";

const QUIET = { onProgress: () => {}, isCancelled: () => false };

/**
 * @param {string | Uint8Array<ArrayBuffer>} content
 * @param {{given?: import("../../static/js/import/reader.js").Given,
 *   choice?: Partial<import("../../static/js/import/selection.js").Choice>,
 *   watching?: Partial<import("../../static/js/import/table.js").Watching>}} [options]
 */
export async function readText(content, { given = {}, choice = {}, watching = {} } = {}) {
  const reader = createTableReader();
  const overview = await reader.read(new Blob([content]), given, { ...QUIET, ...watching });
  const chosen = { ...overview.roles, as: null, others: null, ...choice };
  return { overview, choice: chosen, selection: reader.choose(chosen), reader };
}

/**
 * Why a table is refused when it is read, or when its columns are chosen.
 *
 * @param {Parameters<typeof readText>} arguments_
 */
export async function refusalOf(...arguments_) {
  try {
    const { selection } = await readText(...arguments_);
    return selection.refusal;
  } catch (error) {
    return /** @type {import("../../static/js/import/refusal.js").Refusal} */ (error).reason;
  }
}

/** @param {string} text in Latin-1 */
export const latin = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));
