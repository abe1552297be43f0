/**
 * The dialog in which a formula is typed. The server reads it while it is being typed, and says what it is
 * or what is wrong with it; there is no parser here.
 *
 * @import {DrawnFeature, FeatureEvent, Mistake} from "#protocol"
 * @import {Translate} from "../i18n.js"
 * @import {Component} from "../schema.js"
 *
 * @typedef {object} FormulaDialogOptions
 * @property {Translate} t
 * @property {(text: string) => number} onTry Asks the server about a text; the id of the question.
 * @property {(feature: Component) => void} onAdd
 * @property {(old: Component, feature: Component) => void} onReplace
 * @property {(old: Component) => void} onRemove
 * @property {() => Promise<Record<string, string>>} functions What may be called, and what it is.
 */

import css from "../../css/late/formula.css";
import texts from "../../i18n/en.formula.json" with { type: "json" };
import { h, setTip, uniqueId } from "../dom.js";
import { asSentence } from "../format.js";
import { addStyles } from "../late.js";
import { mathLabel } from "../parts/math-label.js";
import { throttle } from "../timing.js";
import { createDialog } from "./dialog.js";
import { createFormulaPicture } from "./formula-picture.js";

addStyles(css);

const ASK_MS = 120;
/** Formulas to begin with; the tests try each of them. */
export const SUGGESTIONS = [
  "sqrt(x1^2+x2^2)",
  "atan2(x2,x1)",
  "x1^3",
  "tan(x1)",
  "abs(x2)",
  "sin(x1*x2)",
  "max(x1,x2)",
  "gauss(x1)*gauss(x2)",
];

/** @param {FormulaDialogOptions} options */
export function createFormulaDialog(options) {
  const { t, onTry, onAdd, onReplace, onRemove } = options;
  t.add(texts);

  /** The formula that is being changed, if it is one. @type {Component | null} */
  let old = null;
  let asked = -1;
  /** What the server says of the text as it is. @type {FeatureEvent | null} */
  let answer = null;
  /** Whether it is to be taken as soon as the server has approved of it. */
  let wanted = false;

  const inputId = uniqueId("formula");
  const saysId = uniqueId("formula-says");
  const input = h("input", {
    class: "input formula-input",
    id: inputId,
    type: "text",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: false,
    maxLength: 200,
    "aria-describedby": saysId,
    oninput: () => changed(),
  });
  const picture = createFormulaPicture();
  const label = h("p", { class: "formula-label" });
  const says = h("div", { class: "formula-says", id: saysId, role: "status" });
  const suggestions = h(
    "div",
    { class: "formula-chips", role: "group", "aria-label": t("formula.suggestions") },
    ...SUGGESTIONS.map((text) => chip(text, () => write(text))),
  );
  const functions = h("div", { class: "formula-chips" });
  const more = h(
    "details",
    { class: "disclosure formula-more" },
    h("summary", {}, t("formula.functions")),
    h("p", { class: "formula-help" }, t("formula.help")),
    functions,
  );
  more.addEventListener("toggle", listFunctions, { once: true });

  const remove = h(
    "button",
    { type: "button", class: "button is-apart", onclick: () => finish(() => old && onRemove(old)) },
    t("formula.remove"),
  );
  const cancel = h(
    "button",
    { type: "button", class: "button", onclick: () => dialog.close() },
    t("formula.cancel"),
  );
  const take = h("button", { type: "submit", class: "button button-primary" });
  const form = h(
    "form",
    {
      class: "dialog-form",
      noValidate: true,
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        submit();
      },
    },
    h(
      "div",
      { class: "dialog-body formula-body" },
      h("label", { class: "field-label", for: inputId }, t("formula.label")),
      input,
      h(
        "div",
        { class: "formula-result" },
        h("div", { class: "formula-picture" }, picture.element),
        h("div", {}, label, says),
      ),
      h("p", { class: "field-label" }, t("formula.suggestions")),
      suggestions,
      more,
    ),
    h("div", { class: "dialog-foot" }, remove, cancel, take),
  );
  const dialog = createDialog({ t, name: "formula-dialog", content: form });

  const ask = throttle(() => (asked = onTry(input.value)), ASK_MS);

  function changed() {
    answer = null;
    wanted = false;
    asked = -1;
    if (input.value.trim()) ask();
    show();
  }

  /** @param {string} text */
  function write(text) {
    input.value = text;
    input.focus();
    changed();
  }

  /** Puts a function in where the cursor is, with the cursor between its brackets. @param {string} name */
  function insert(name) {
    const [start, end] = [input.selectionStart ?? 0, input.selectionEnd ?? 0];
    const inner = input.value.slice(start, end);
    input.setRangeText(`${name}(${inner})`, start, end, "end");
    input.focus();
    if (!inner) input.setSelectionRange(start + name.length + 1, start + name.length + 1);
    changed();
  }

  async function listFunctions() {
    try {
      const known = Object.entries(await options.functions());
      functions.replaceChildren(
        ...known.map(([name, help]) => {
          const button = chip(name, () => insert(name));
          setTip(button, help);
          return button;
        }),
      );
    } catch (error) {
      console.error(error);
      functions.textContent = t("formula.no_functions");
    }
  }

  function show() {
    const { drawn = null, mistake = null } = answer ?? {};
    if (mistake) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    picture.update(drawn);
    label.replaceChildren(...(drawn ? [mathLabel(drawn.html)] : []));
    if (mistake) says.replaceChildren(...wrong(mistake, input.value));
    else if (drawn) says.replaceChildren(t("formula.range", picture.range(drawn)));
    else says.textContent = input.value.trim() ? "" : t("formula.empty");
    says.classList.toggle("is-wrong", Boolean(mistake));
  }

  /**
   * @param {Mistake} mistake
   * @param {string} text
   * @returns {HTMLElement[]} the text with what is meant underlined, and what is wrong with it
   */
  function wrong({ message, at, length }, text) {
    const words = h("p", {}, asSentence(message));
    if (at === null) return [words];
    const meant = text.slice(at, at + length) || "\u00a0";
    const echo = h(
      "p",
      { class: "formula-echo", "aria-hidden": "true" },
      text.slice(0, at),
      h("mark", {}, meant),
      text.slice(at + length),
    );
    return [echo, words];
  }

  function submit() {
    const { drawn, mistake } = answer ?? {};
    if (drawn) {
      const feature = /** @type {Component} */ (drawn.feature);
      finish(() => (old ? onReplace(old, feature) : onAdd(feature)));
    } else if (mistake || !input.value.trim()) {
      input.focus();
      const { at, length } = mistake ?? { at: null, length: 0 };
      if (at !== null) input.setSelectionRange(at, at + length);
    } else {
      wanted = true;
      ask.flush();
    }
  }

  /** @param {() => void} task */
  function finish(task) {
    dialog.close();
    task();
  }

  return {
    /** @param {Component | null} feature The formula to change; without one, another is added. */
    open(feature) {
      old = feature;
      input.value = feature?.text ?? "";
      remove.hidden = feature === null;
      more.open = false;
      take.textContent = t(feature ? "formula.change" : "formula.add");
      changed();
      dialog.open(t(feature ? "formula.title_change" : "formula.title_add"));
      input.focus();
      input.select();
    },

    /** @param {FeatureEvent} event */
    answer(event) {
      if (event.id !== asked) return;
      answer = event;
      show();
      if (wanted) submit();
    },
  };
}

/** @param {string} text @param {() => void} onclick */
const chip = (text, onclick) =>
  h("button", { type: "button", class: "formula-chip", onclick }, text);
