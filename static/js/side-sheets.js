/**
 * On a phone data, settings and output can be lifted from their place in the page: as a sheet over its foot, while what
 * they change stays in sight above it.
 *
 * @typedef {{element: HTMLElement, name: string}} Part
 */

import css from "../css/late/side-sheets.css";
import { h } from "./dom.js";
import { addStyles } from "./late.js";
import { createSheet } from "./sheet.js";

/**
 * @param {HTMLElement} place
 * @param {Part[]} parts
 */
export function createSideSheets(place, parts) {
  addStyles(css);
  /** Keeps the place of what is lifted, so that nothing below it moves. */
  const gap = h("div", { class: "sheet-gap", hidden: true });
  /** @type {HTMLElement | null} */
  let open = null;

  const buttons = parts.map(({ element, name }) => {
    const grip = h("div", { class: "sheet-grip" });
    element.prepend(grip);
    createSheet(element, grip, () => show(null));
    const look = { type: "button", class: "sheet-button", "aria-controls": element.id };
    const onclick = () => show(open === element ? null : element);
    return h("button", { ...look, "aria-expanded": "false", onclick }, name);
  });
  place.append(h("div", { class: "sheet-bar" }, ...buttons));

  /** @param {HTMLElement | null} next */
  function show(next) {
    open?.classList.remove("is-sheet", "is-open", "is-tall");
    gap.hidden = !next;
    if (next) {
      gap.style.height = `${next.getBoundingClientRect().height}px`;
      gap.style.order = getComputedStyle(next).order;
      next.before(gap);
      next.classList.add("is-sheet", "is-open");
      next.scrollTop = 0;
    }
    open = next;
    for (const [k, { element }] of parts.entries()) {
      buttons[k].setAttribute("aria-expanded", String(element === open));
    }
  }

  addEventListener("keydown", ({ key, defaultPrevented }) => {
    if (key !== "Escape" || !open || defaultPrevented) return;
    const at = parts.findIndex(({ element }) => element === open);
    show(null);
    buttons[at].focus();
  });
}
