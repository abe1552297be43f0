import { h } from "../dom.js";
import { mathLabel } from "../parts/math-label.js";
import { renderLines } from "../tex.js";

/** @import {Explanation} from "../explanations.js" */

/**
 * An explanation as elements: title, text, the formula on lines of its own, the live number,
 * the other choices.
 *
 * @param {Explanation} explanation
 * @returns {HTMLElement[]}
 */
export function explanationBody({ title, text, html, tex, now, others }) {
  const lines = tex ? renderLines(tex) : html ? [mathLabel(html)] : [];
  return [
    title && h("p", { class: "tooltip-title" }, title),
    text && h("p", { class: "tooltip-text" }, text),
    lines.length > 0 &&
      h("div", { class: "tooltip-formula" }, ...lines.map((line) => h("div", {}, line))),
    now && h("p", { class: "tooltip-now" }, now),
    others.length > 0 &&
      h(
        "dl",
        { class: "tooltip-others" },
        ...others.flatMap(({ label, help }) => [h("dt", {}, label), h("dd", {}, help)]),
      ),
  ].filter((part) => part instanceof HTMLElement);
}
