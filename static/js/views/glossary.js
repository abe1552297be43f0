/** What opens the glossary: a button in the header, one in the text below, and a key. */

import { h, icon, setTip } from "../dom.js";

/** @import {Explain} from "../explanations.js" */
/** @import {Help} from "../help.js" */
/** @import {Translate} from "../i18n.js" */
/** @import {Late} from "../late.js" */

/**
 * @param {HTMLElement} header
 * @param {HTMLElement} about
 * @param {{t: Translate, explain: Explain, help: Late<Help>, onFailure: () => void}} options
 */
export function createGlossary(header, about, { t, explain, help, onFailure }) {
  const open = (/** @type {() => string | undefined} */ term = () => "") =>
    void help.use(({ openGlossary }) => openGlossary(term()), onFailure);

  const button = h(
    "button",
    { type: "button", class: "header-button", "aria-haspopup": "dialog", onclick: () => open() },
    icon("book"),
    h("span", {}, t("glossary.open")),
  );
  setTip(button, t("glossary.tip_open"));
  header.prepend(button);
  about.append(
    h("h2", {}, t("glossary.about_title")),
    h("p", {}, t("glossary.about_text")),
    h(
      "p",
      {},
      h(
        "button",
        { type: "button", class: "button", "aria-haspopup": "dialog", onclick: () => open() },
        t("glossary.about_open"),
      ),
    ),
  );

  /** The word that the glossary opens at. @type {EventTarget | null} */
  let pointed = null;
  const point = (/** @type {Event} */ event) => (pointed = event.target);
  document.addEventListener("pointerover", point, { capture: true, passive: true });
  document.addEventListener("focusin", point, { capture: true });

  return {
    /** At the word that is pointed at or focused, if it is one of them. */
    openHere: () => open(() => explain(pointed)?.id),
  };
}
