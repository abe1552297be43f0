// The words of the page: which places show which term, and how a term reads as plain text in a tip.

/** @import {Translate} from "./i18n.js" */

/** @typedef {{id: string, term: string, text: string, formula: string}} Term */

/**
 * Places of the page that show a term, by selector. Elements of panels name theirs in `data-term`.
 *
 * @type {[string, string][]}
 */
export const PLACES = [
  ['[data-field="learning_rate"] .field-label', "learning_rate"],
  ['[data-field="optimizer"] .field-label', "optimizer"],
  ['[data-field="activation"] .field-label', "activation"],
  ['[data-field="initializer"] .field-label', "initializer"],
  ['[data-field="regularizer"] .field-label', "regularization"],
  ['[data-field="regularization_rate"] .field-label', "regularization"],
  ['[data-field="head"] .field-label', "loss"],
  ['[data-field="train_share"] .slider-head', "train_share"],
  ['[data-field="noise"] .slider-head', "noise"],
  ['[data-field="batch_size"] .slider-head', "batch"],
  ['[data-field="standardize"]', "standardize"],
  ['[data-field="shuffle"]', "shuffle"],
  ['[data-field="data_seed"]', "seed"],
  ['[data-field="weight_seed"]', "seed"],
  ['[data-field="discretize"]', "discretize"],
  [".epoch-field", "epoch"],
  [".readout-test .readout-label", "test_loss"],
  [".readout-training .readout-label", "training_loss"],
  [".readout-metric .readout-label", "accuracy"],
  [".chart-key.is-test", "test_loss"],
  [".chart-key.is-train", "training_loss"],
  [".card-confusion .card-toggle", "confusion"],
];

const SUPERSCRIPTS = /** @type {Record<string, string>} */ ({ 2: "²", 3: "³", T: "ᵀ", "−z": "⁻ᶻ" });
const SUBSCRIPTS = /** @type {Record<string, string>} */ ({
  1: "₁",
  2: "₂",
  i: "ᵢ",
  j: "ⱼ",
  l: "ₗ",
});

/**
 * A formula with sub and sup as plain text: raised and lowered characters where there are some.
 *
 * @param {string} html
 * @returns {string}
 */
export function plainFormula(html) {
  let text = html;
  for (let depth = 0; depth < 3 && text.includes("<"); depth++) {
    text = text
      .replace(/<sup>([^<]*)<\/sup>/g, (_, inner) => SUPERSCRIPTS[inner] ?? `^${braced(inner)}`)
      .replace(/<sub>([^<]*)<\/sub>/g, (_, inner) => SUBSCRIPTS[inner] ?? `_${braced(inner)}`);
  }
  return text;
}

/** @param {string} text */
const braced = (text) => (/^[\p{L}\d]+$/u.test(text) ? text : `(${text})`);

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
