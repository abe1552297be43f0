/** The frame of all dialogs that come late: a window, and on a phone a sheet that rises from below. */

import css from "../../css/late/dialog.css";
import { h, icon, uniqueId } from "../dom.js";
import { addStyles } from "../late.js";

/** @import {Translate} from "../i18n.js" */

addStyles(css);

/**
 * Escape, the cross and a press beside it close it; then the focus is where it was before.
 *
 * @param {{t: Translate, name: string, content: HTMLElement, tools?: HTMLElement, onClose?: () => void}} options
 *   `name` is a class for its size; `tools` stand beside the title.
 */
export function createDialog({ t, name, content, tools, onClose }) {
  const id = uniqueId("dialog");
  const title = h("h2", { class: "dialog-title", id });
  const cross = h(
    "button",
    { type: "button", class: "dialog-close", "aria-label": t("page.close") },
    icon("close"),
  );
  const element = h(
    "dialog",
    { class: `dialog ${name}`, role: "dialog", "aria-labelledby": id },
    h("div", { class: "dialog-head" }, title, tools, cross),
    content,
  );
  cross.addEventListener("click", () => element.close());
  let outside = false; // a selection dragged out of the dialog is no press beside it
  element.addEventListener("pointerdown", (event) => (outside = event.target === element));
  element.addEventListener("click", (event) => {
    if (outside && event.target === element) element.close();
  });
  element.addEventListener("close", () => onClose?.());
  document.body.append(element);

  return {
    element,
    /** @param {string} text */
    open(text) {
      title.textContent = text;
      if (!element.open) element.showModal();
    },
    close: () => element.close(),
  };
}
