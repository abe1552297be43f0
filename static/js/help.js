// What explains the words of the page, fetched when one of them is first pointed at: the texts of the glossary,
// what is measured of its terms, and the list of all of them.

/** @import {Explanation} from "./explanations.js" */
/** @import {Translate} from "./i18n.js" */
/** @import {Live, Now} from "./live-terms.js" */

import texts from "../i18n/en.glossary.json" with { type: "json" };
import { createGlossaryDialog } from "./dialogs/glossary.js";
import { createLiveTerms } from "./live-terms.js";
import { explanationBody } from "./views/explanation.js";

/**
 * @typedef {object} Help
 * @property {(explanation: Explanation) => HTMLElement[]} body of a tip
 * @property {string} hint What stands under the tip of a term.
 * @property {Live} live
 * @property {(id?: string) => void} openGlossary `id`: the term to show first.
 */

/**
 * @param {Translate} t
 * @param {() => Now} now
 * @returns {Help}
 */
export function createHelp(t, now) {
  t.add(texts);
  const live = createLiveTerms(t, now);
  const glossary = createGlossaryDialog({ t, ids: Object.keys(texts.glossary.terms), live });
  return { body: explanationBody, hint: t("glossary.key"), live, openGlossary: glossary.open };
}
