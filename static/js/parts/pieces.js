// Small pieces that several panels are made of: facts, figures, notes, formulas.

/** @import {Translate} from "../i18n.js" */

import { h, setText, setTip } from "../dom.js";
import { renderTex } from "../tex.js";

/**
 * A number with what it is above it, and its unit or meaning as a tip.
 *
 * @param {string} label
 * @param {{tip?: string, term?: string}} [options]
 * @returns {{element: HTMLElement, show: (text: string, note?: string) => void}}
 */
export function createFigure(label, { tip = "", term } = {}) {
  const value = h("span", { class: "figure-value" }, "\u2013");
  const note = h("span", { class: "figure-note" });
  const caption = h("span", { class: "figure-label", "data-term": term }, label);
  const element = h("div", { class: "figure" }, caption, value, note);
  if (tip) setTip(element, tip);
  return {
    element,
    show(text, more = "") {
      setText(value, text);
      setText(note, more);
    },
  };
}

/**
 * A list of short facts. Each has its reason as a tip, and writes it below when it is pressed.
 *
 * @param {string} label
 * @returns {{element: HTMLElement,
 *   show: (facts: {text: string, reason: string, sort: "good" | "bad" | "plain"}[]) => void}}
 */
export function createFacts(label) {
  const list = h("ul", { class: "facts", "aria-label": label });
  const reasonLine = h("p", { class: "fact-reason", "aria-live": "polite" });
  let shown = "";
  return {
    element: h("div", { class: "fact-box" }, list, reasonLine),
    show(facts) {
      const key = JSON.stringify(facts);
      if (key === shown) return;
      shown = key;
      setText(reasonLine, "");
      list.replaceChildren(
        ...facts.map(({ text, reason, sort }) => {
          const fact = h(
            "button",
            {
              type: "button",
              class: `fact is-${sort}`,
              onclick: () => setText(reasonLine, reason),
            },
            text,
          );
          setTip(fact, reason);
          return h("li", {}, fact);
        }),
      );
    },
  };
}

/**
 * A formula that can be exchanged.
 *
 * @returns {{element: HTMLElement, show: (tex: string | null | undefined) => void}}
 */
export function createFormula() {
  const element = h("div", { class: "formula" });
  let shown = "";
  return {
    element,
    /** @param {string | null | undefined} tex */
    show(tex) {
      if ((tex ?? "") === shown) return;
      shown = tex ?? "";
      element.replaceChildren(...(shown ? [renderTex(shown)] : []));
    },
  };
}

/**
 * What the layers of an experiment are called, the output last.
 *
 * @param {Translate} t
 * @param {number} hidden how many hidden layers there are
 * @returns {string[]}
 */
export const layerNames = (t, hidden) => [
  ...Array.from({ length: hidden }, (_, layer) => t("network.hidden", { layer: layer + 1 })),
  t("network.output"),
];

/**
 * A key of a picture: a line or patch, and what it stands for.
 *
 * @param {...[string, ...(string | HTMLElement)[]]} items class of the mark, and what stands beside it
 */
export const createKey = (...items) =>
  h(
    "ul",
    { class: "plot-key" },
    ...items.map(([mark, ...text]) => h("li", {}, h("span", { class: `mark ${mark}` }), ...text)),
  );
