/** The glossary: a dialog with all words. */

import css from "../../css/late/glossary.css";
import { h } from "../dom.js";
import { findTerms, glossaryTerms } from "../glossary.js";
import { addStyles } from "../late.js";
import { mathLabel } from "../parts/math-label.js";
import { scrollsByKeyboard } from "../scroll-box.js";
import { createDialog } from "./dialog.js";

/** @import {Term} from "../glossary.js" */
/** @import {Translate} from "../i18n.js" */
/** @import {Live} from "../live-terms.js" */

addStyles(css);

/** @param {{t: Translate, ids: string[], live: Live}} options */
export function createGlossaryDialog({ t, ids, live }) {
  /** Sorted when they are first asked for. @type {Term[] | null} */
  let terms = null;

  const list = h("dl", { class: "glossary-list" });
  const none = h("p", { class: "glossary-none", role: "status" });
  const search = h("input", {
    class: "input",
    type: "search",
    autocomplete: "off",
    "aria-label": t("glossary.search"),
    placeholder: t("glossary.search"),
    oninput: () => render(),
  });
  const body = h("div", { class: "dialog-body" }, list, none);
  scrollsByKeyboard(body, t("glossary.title"));
  const dialog = createDialog({ t, name: "glossary", content: body, tools: search });

  function render(first = "") {
    terms ??= glossaryTerms(t, ids);
    const found = findTerms(terms, search.value);
    list.replaceChildren(
      ...found.map(({ id, term, text, formula }) => {
        const now = live(id);
        return h(
          "div",
          { class: `glossary-item${id === first ? " is-first" : ""}`, "data-id": id },
          h("dt", {}, term),
          h("dd", {}, text),
          formula && h("dd", { class: "glossary-formula" }, mathLabel(formula)),
          now && h("dd", { class: "glossary-now" }, now),
        );
      }),
    );
    none.textContent = found.length ? "" : t("glossary.none");
  }

  /** @param {string} [id] The term to show first. */
  function open(id = "") {
    if (dialog.element.open) return;
    search.value = "";
    render(id);
    dialog.open(t("glossary.title"));
    search.focus();
    if (!id) return;
    list.querySelector(`[data-id="${id}"]`)?.scrollIntoView({ block: "center" });
  }

  return { open };
}
