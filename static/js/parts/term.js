import { h, setTip } from "../dom.js";

/**
 * A word on the page with its explanation, which shows under the pointer, on keyboard focus and on a tap.
 *
 * @param {string} text
 * @param {string} tip
 * @param {string} [id] The term of the glossary, whose formula and live number go with the tip.
 * @returns {HTMLButtonElement}
 */
export function createTerm(text, tip, id) {
  const button = h("button", { type: "button", class: "term", "data-term": id }, text);
  setTip(button, tip);
  return button;
}
