/** The glossary: a dialog with all words, and the tips that the words have where they stand. */

import { h, icon } from "../dom.js";
import { findTerms, glossaryTerms, PLACES, plainFormula } from "../glossary.js";
import { mathLabel } from "../parts/math-label.js";

/** @import {Translate} from "../i18n.js" */

/**
 * @param {HTMLElement} header where it is opened from
 * @param {HTMLElement} about and there, too
 * @param {{t: Translate, ids: string[], live: (id: string) => string}} options `live`: what is measured now
 *   of a term, empty when there is nothing.
 */
export function createGlossary(header, about, { t, ids, live }) {
  const terms = glossaryTerms(t, ids);
  const known = new Map(terms.map((term) => [term.id, term]));
  /** The tips that elements had before. @type {WeakMap<HTMLElement, string>} */
  const own = new WeakMap();
  /** The tip made last for an element. @type {WeakMap<HTMLElement, string>} */
  const made = new WeakMap();
  let pointed = "";

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
  const close = h(
    "button",
    {
      type: "button",
      class: "toast-close",
      "aria-label": t("glossary.close"),
      onclick: () => dialog.close(),
    },
    icon("close"),
  );
  const title = h("h2", { class: "glossary-title", id: "glossary-title" }, t("glossary.title"));
  const dialog = h(
    "dialog",
    { class: "glossary", role: "dialog", "aria-labelledby": "glossary-title" },
    h("div", { class: "glossary-head" }, title, search, close),
    h(
      "div",
      { class: "glossary-body", tabIndex: 0, role: "region", "aria-labelledby": "glossary-title" },
      list,
      none,
    ),
  );
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);

  function render(first = "") {
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
    if (dialog.open) return;
    search.value = "";
    render(id);
    dialog.showModal();
    if (!id) return;
    list.querySelector(`[data-id="${id}"]`)?.scrollIntoView({ block: "center" });
  }

  const button = h(
    "button",
    { type: "button", class: "header-button", "aria-haspopup": "dialog", onclick: () => open() },
    icon("book"),
    h("span", {}, t("glossary.open")),
  );
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

  /**
   * The element under the pointer or with the focus that shows a term.
   *
   * @param {EventTarget | null} target
   * @returns {{element: HTMLElement, id: string} | null}
   */
  function termOf(target) {
    if (!(target instanceof Element)) return null;
    const marked = /** @type {HTMLElement | null} */ (target.closest("[data-term]"));
    if (marked?.dataset.term) return { element: marked, id: marked.dataset.term };
    for (const [selector, id] of PLACES) {
      const element = /** @type {HTMLElement | null} */ (target.closest(selector));
      if (element) return { element, id };
    }
    return null;
  }

  const explain = (/** @type {Event} */ event) => {
    const found = termOf(event.target);
    pointed = found?.id ?? "";
    const term = found && known.get(found.id);
    if (!found || !term) return;
    const { element } = found;
    if (element.dataset.tip !== made.get(element)) own.set(element, element.dataset.tip ?? "");
    const lines = [
      own.get(element) || term.text,
      plainFormula(term.formula),
      live(term.id),
      t("glossary.key"),
    ];
    const tip = lines.filter(Boolean).join("\n");
    made.set(element, tip);
    element.dataset.tip = tip;
  };
  document.addEventListener("pointerover", explain, { capture: true });
  document.addEventListener("focusin", explain, { capture: true });
  document.addEventListener("keydown", (event) => {
    const isTyping =
      event.target instanceof Element &&
      event.target.matches(
        'input:not([type="range"], [type="checkbox"], [type="radio"]), textarea',
      );
    if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
    event.preventDefault();
    open(pointed);
  });

  return { open };
}
