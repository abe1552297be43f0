// What the button of an advice says: what its change does, in the words of the catalogue.

import { describeField, findEntry } from "./schema.js";

/**
 * @import {Translate} from "./i18n.js"
 * @import {Catalog} from "./schema.js"
 *
 * @typedef {object} Advice
 * @property {string} code
 * @property {"problem" | "warning" | "hint"} severity
 * @property {number | null} measured
 * @property {string} unit
 * @property {string} text
 * @property {string} why
 * @property {Record<string, any>} values
 * @property {Record<string, any>} changes
 */

/**
 * @param {Record<string, any>} changes
 * @param {{spec: Record<string, any>, catalog: Catalog, t: Translate}} options
 * @returns {string}
 */
export function describeChanges(changes, { spec, catalog, t }) {
  /** @type {string[]} */
  const used = [];
  const parts = Object.entries(changes).flatMap(([name, value]) => {
    if (name === "layers") {
      const { use, text } = describeLayers(value, { spec, catalog, t });
      if (use) used.push(use);
      return text ? [text] : [];
    }
    const { component, type } = catalog.fields[name] ?? {};
    if (component) {
      used.push(findEntry(catalog, component, value.kind)?.label ?? value.kind);
      return [];
    }
    const label = t.has(`field.${name}`) ? t(`field.${name}`) : describeField(catalog, name).label;
    if (type === "boolean") return [label];
    const short = `insights.advisor.short.${name}`;
    return [t("insights.advisor.set", { name: t.has(short) ? t(short) : label, value })];
  });
  if (used.length) parts.unshift(t("insights.advisor.use", { name: used.join(" + ") }));
  return parts.join(", ");
}

/**
 * @param {{units: number, activation: {kind: string}}[]} next
 * @param {{spec: Record<string, any>, catalog: Catalog, t: Translate}} options
 * @returns {{use?: string, text?: string}} The activation that is used instead, or another change.
 */
function describeLayers(next, { spec, catalog, t }) {
  const now = /** @type {typeof next} */ (spec.layers ?? []);
  if (next.length > now.length) return { text: t("insights.advisor.add_layer") };
  const wider = next.findIndex(({ units }, i) => units !== now[i]?.units);
  if (wider >= 0) return { text: t("insights.advisor.units", { count: next[wider].units }) };
  const other = next.find(({ activation }, i) => activation.kind !== now[i]?.activation.kind);
  return { use: findEntry(catalog, "activation", (other ?? next[0])?.activation.kind)?.label };
}

/**
 * Which advice to show: what holds now, and for a moment what held just before, so that nothing flickers
 * at a threshold.
 *
 * @template {{code: string}} A
 * @param {number} patience in milliseconds
 */
export function createSteadyList(patience) {
  /** @type {Map<string, {item: A, seen: number}>} */
  const known = new Map();
  return {
    /**
     * @param {A[]} items
     * @param {number} now
     * @returns {A[]}
     */
    update(items, now) {
      for (const item of items) known.set(item.code, { item, seen: now });
      for (const [code, { seen }] of known) if (now - seen > patience) known.delete(code);
      const current = new Set(items.map(({ code }) => code));
      const late = [...known.values()].filter(({ item }) => !current.has(item.code));
      return [...items, ...late.map(({ item }) => item)];
    },
    clear: () => known.clear(),
  };
}
