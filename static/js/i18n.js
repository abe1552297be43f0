import { formatNumber } from "./format.js";

/**
 * @typedef {{[key: string]: string | Texts}} Texts Texts of one language, nested by topic.
 * @typedef {((key: string, values?: Record<string, string | number>) => string) & {
 *   has: (key: string) => boolean, add: (...trees: Texts[]) => void}} Translate `add`: texts that came
 *   later, with a part of the page.
 */

/**
 * Looks up texts by dotted paths and fills in their `{names}`. A path that leads to
 * `{one, other, ...}` gives the form for `values.count`.
 *
 * @param {string} language
 * @param {...Texts} trees Searched in order, so that English may come after another language.
 * @returns {Translate} A missing text shows its key, which a test looks for.
 */
export function createTranslator(language, ...trees) {
  const plural = new Intl.PluralRules(language);

  /** @param {string} key */
  const find = (key) => {
    for (const tree of trees) {
      const found = lookUp(tree, key);
      if (found !== undefined) return found;
    }
    return undefined;
  };

  /**
   * @param {string} key
   * @param {Record<string, string | number>} [values]
   */
  const translate = (key, values = {}) => {
    let found = find(key);
    if (typeof found === "object")
      found = found[plural.select(Number(values.count))] ?? found.other;
    if (typeof found !== "string") return key;
    return found.replace(/\{(\w+)\}/g, (whole, name) => written(values[name] ?? whole));
  };
  return Object.assign(translate, {
    has: (/** @type {string} */ key) => find(key) !== undefined,
    add: (/** @type {Texts[]} */ ...more) => void trees.push(...more),
  });
}

/** @param {string | number} value Numbers are written as those of the page are. */
const written = (value) => (typeof value === "number" ? formatNumber(value) : value);

/**
 * @param {Texts} tree
 * @param {string} key
 * @returns {string | Texts | undefined}
 */
function lookUp(tree, key) {
  /** @type {string | Texts | undefined} */
  let node = tree;
  for (const part of key.split(".")) {
    if (typeof node !== "object" || !Object.hasOwn(node, part)) return undefined;
    node = node[part];
  }
  return node;
}
