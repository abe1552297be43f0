/** The menu behind "File": what can be opened, kept and taken away. */

import css from "../../css/late/file-menu.css";
import { h, uniqueId } from "../dom.js";
import { addStyles } from "../late.js";
import { place } from "../popover.js";

/** @import {Translate} from "../i18n.js" */

addStyles(css);

const STEPS = /** @type {Record<string, number>} */ ({ ArrowDown: 1, ArrowUp: -1 });

/**
 * A menu as the keyboard expects it: arrows, Home, End, a letter; Escape goes back to the button.
 *
 * @param {HTMLButtonElement} button
 * @param {{t: Translate, items: [string, () => void][]}} options The names of the items and what they do;
 *   `files.<name>` is the text, `files.<name>_tip` says more.
 */
export function createFileMenu(button, { t, items }) {
  const id = uniqueId("menu");
  const entries = items.map(([name, run]) =>
    h(
      "button",
      {
        type: "button",
        class: "menu-item",
        role: "menuitem",
        tabIndex: -1,
        "aria-description": t(`files.${name}_tip`),
        onclick: () => {
          element.hidePopover();
          run();
        },
      },
      t(`files.${name}`),
    ),
  );
  // What it says more is beside the item, not in it: not all of it is its name.
  const rows = items.map(([name], i) =>
    h(
      "div",
      { class: "menu-row", role: "none" },
      entries[i],
      h("p", { class: "menu-help", "aria-hidden": "true" }, t(`files.${name}_tip`)),
    ),
  );
  const element = h(
    "div",
    { class: "menu", role: "menu", id, "aria-label": t("header.file") },
    ...rows,
  );
  element.popover = "auto";
  /** @type {"first" | "last"} */
  let entrance = "first";
  button.popoverTargetElement = element;
  button.setAttribute("aria-controls", id);
  button.after(element);

  element.addEventListener("toggle", (event) => {
    const open = /** @type {ToggleEvent} */ (event).newState === "open";
    button.setAttribute("aria-expanded", String(open));
    if (!open) return;
    place(element, button.getBoundingClientRect());
    entries.at(entrance === "first" ? 0 : -1)?.focus();
    entrance = "first";
  });
  button.addEventListener("keydown", (event) => {
    if (!(event.key in STEPS)) return;
    event.preventDefault();
    open(event.key === "ArrowUp" ? "last" : "first");
  });
  element.addEventListener("keydown", (event) => {
    const now = entries.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    const last = entries.length - 1;
    const letter = event.key.toLowerCase();
    /** @type {number | undefined} */
    let next;
    if (event.key in STEPS) next = (now + STEPS[event.key] + entries.length) % entries.length;
    else if (event.key === "Home" || event.key === "End") next = event.key === "End" ? last : 0;
    else if (event.key === "Tab") element.hidePopover();
    else if (letter.length === 1 && letter !== " ") {
      const after = [...entries.slice(now + 1), ...entries.slice(0, now + 1)];
      const found = after.find(({ textContent }) => textContent?.toLowerCase().startsWith(letter));
      next = found ? entries.indexOf(found) : now;
    } else return;
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation(); // letters are shortcuts elsewhere
    entries[next].focus();
  });
  /** @param {"first" | "last"} focus The item that has it then. */
  function open(focus) {
    entrance = focus;
    element.showPopover();
  }

  return { open };
}
