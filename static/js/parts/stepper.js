// A number with a button to lower and one to raise it.

import { h, setText, setTip } from "../dom.js";

/**
 * @typedef {object} Stepper
 * @property {HTMLElement} element
 * @property {(state: {text: string, less: string, more: string, lessLimit?: string,
 *   moreLimit?: string}) => void} update a limit says why there can be no less or no more
 */

/** @param {string} path */
function glyph(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 12 12");
  svg.setAttribute("class", "stepper-glyph");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/**
 * @param {(delta: 1 | -1) => void} onStep
 * @returns {Stepper}
 */
export function createStepper(onStep) {
  /**
   * @param {1 | -1} delta
   * @param {string} path
   */
  const button = (delta, path) =>
    h(
      "button",
      {
        type: "button",
        class: "stepper-button",
        onclick: (/** @type {Event} */ event) => {
          const target = /** @type {HTMLElement} */ (event.currentTarget);
          if (target.getAttribute("aria-disabled") !== "true") onStep(delta);
        },
      },
      glyph(path),
    );
  const less = button(-1, "M2 6h8");
  const more = button(1, "M2 6h8M6 2v8");
  const value = h("span", { class: "stepper-value" });

  /** @type {(element: HTMLElement, name: string, limit: string) => void} */
  const set = (element, name, limit) => {
    element.setAttribute("aria-label", name);
    element.setAttribute("aria-disabled", String(limit !== ""));
    setTip(element, limit || name);
    if (!limit) element.removeAttribute("aria-description");
  };
  return {
    element: h("div", { class: "stepper" }, less, value, more),
    update({ text, less: lessName, more: moreName, lessLimit = "", moreLimit = "" }) {
      setText(value, text);
      set(less, lessName, lessLimit);
      set(more, moreName, moreLimit);
    },
  };
}
