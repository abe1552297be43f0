/**
 * What there is to say of an element of the page. A word gets its explanation in one of three ways:
 * `data-tip` (a text of its own), `data-term` or a place in `places.js` (a term of the glossary), and
 * `data-components` (parts of the catalogue as "group:kind", the first the chosen one).
 *
 * @import {Translate} from "./i18n.js"
 * @import {Live} from "./live-terms.js"
 * @import {Catalog, Entry} from "./schema.js"
 *
 * @typedef {object} Explanation
 * @property {HTMLElement} element
 * @property {string} id of the term; empty for what is not in the glossary
 * @property {string} title
 * @property {string} text
 * @property {string} html A formula as the texts have it, with sub and sup.
 * @property {string} tex A formula as the catalogue has it.
 * @property {string} now What is measured of it.
 * @property {Entry[]} others What else there is to choose, when that is short.
 *
 * @typedef {(target: EventTarget | null) => Explanation | null} Explain
 */

import { PLACES } from "./places.js";
import { findEntry } from "./schema.js";

const MARKED = '[data-tip]:not([data-tip=""]), [data-term], [data-components]';
const ANY = [MARKED, ...PLACES.map(([selector]) => selector)].join(", ");
/** More than this about the other choices is no longer read. */
const SHORT = { count: 4, characters: 330 };

/**
 * @param {{t: Translate, catalog: Catalog, live: Live}} options
 * @returns {Explain} The explanation of the nearest element that has one, whose terms are empty until their texts
 *   have come. A control without any is explained as its label is.
 */
export function createExplanations({ t, catalog, live }) {
  /** @param {HTMLElement} element */
  function termOf(element) {
    const id =
      element.dataset.term || PLACES.find(([selector]) => element.matches(selector))?.[1] || "";
    return t.has(`glossary.terms.${id}.term`) ? id : "";
  }

  /** @param {HTMLElement} element */
  function componentsOf(element) {
    const [chosen, ...others] = (element.dataset.components ?? "").split(",").map((reference) => {
      const [group, kind] = reference.split(":");
      return { group, entry: findEntry(catalog, group, kind) };
    });
    const rest = others.flatMap(({ entry }) => entry ?? []);
    const length = [...rest, chosen.entry].reduce(
      (sum, entry) => sum + (entry?.help.length ?? 0),
      0,
    );
    const isShort = rest.length < SHORT.count && length <= SHORT.characters;
    return { ...chosen, others: isShort ? rest : [] };
  }

  return (target) => {
    if (!(target instanceof Element)) return null;
    const control = /** @type {HTMLInputElement} */ (target);
    const element = /** @type {HTMLElement | null} */ (
      target.closest(ANY) ?? control.labels?.[0]?.closest(ANY) ?? null
    );
    if (!element) return null;
    const id = termOf(element);
    const { group, entry, others } = componentsOf(element);
    const layer = /** @type {HTMLElement | null} */ (element.closest("[data-layer]"));
    const text = (/** @type {string} */ part) => {
      const key = `glossary.terms.${id}.${part}`;
      return id && t.has(key) ? t(key) : "";
    };
    return {
      element,
      id,
      title: entry?.label ?? element.dataset.tipTitle ?? "",
      text: element.dataset.tip || entry?.help || text("text"),
      html: entry ? "" : text("formula"),
      tex: entry?.formula ?? "",
      now: live(id || group, layer ? Number(layer.dataset.layer) : undefined),
      others,
    };
  };
}
