// The words of the page in one list.

/** @import {Translate} from "./i18n.js" */

/** @typedef {{id: string, term: string, text: string, formula: string}} Term */

/**
 * @param {Translate} t
 * @param {string[]} ids
 * @returns {Term[]} in the order of the alphabet
 */
export const glossaryTerms = (t, ids) =>
  ids
    .map((id) => {
      const formula = `glossary.terms.${id}.formula`;
      return {
        id,
        term: t(`glossary.terms.${id}.term`),
        text: t(`glossary.terms.${id}.text`),
        formula: t.has(formula) ? t(formula) : "",
      };
    })
    .sort((a, b) => a.term.localeCompare(b.term));

/**
 * The terms that a search finds: those whose names begin with it first.
 *
 * @param {Term[]} terms
 * @param {string} query
 */
export function findTerms(terms, query) {
  const wanted = query.trim().toLowerCase();
  if (!wanted) return terms;
  const rank = (/** @type {Term} */ { term, text }) => {
    const at = term.toLowerCase().indexOf(wanted);
    if (at === 0) return 0;
    if (at > 0) return 1;
    return text.toLowerCase().includes(wanted) ? 2 : 3;
  };
  return terms.filter((term) => rank(term) < 3).sort((a, b) => rank(a) - rank(b));
}
