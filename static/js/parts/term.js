import { h, setTip } from "../dom.js";

/**
 * A word on the page with its explanation, which shows under the pointer and on keyboard focus.
 *
 * @param {string} text
 * @param {string} tip
 * @returns {HTMLButtonElement}
 */
export function createTerm(text, tip) {
  const button = h("button", { type: "button", class: "term" }, text);
  setTip(button, tip);
  return button;
}
