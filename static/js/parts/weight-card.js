// The card that tells what a weight or bias is, and in which they are edited.

/**
 * @import {Translate} from "../i18n.js"
 * @import {Box} from "../placement.js"
 * @import {EditRequest} from "./network-model.js"
 *
 * @typedef {object} Row One number that the card shows.
 * @property {string} label
 * @property {string} name for assistive technology
 * @property {number} layer
 * @property {number} to
 * @property {number | null} from null for the bias
 * @property {number} parameter its place in the flat parameters
 *
 * @typedef {{text: string, action: string, tip: string, onAction: () => void}} Note Something to be said of
 *   what is edited, and what can be done about it.
 *
 * @typedef {{box: Box, avoid?: Box[]}} Anchor what the card stands beside, and should not cover
 */

import { h, icon, setText, setTip } from "../dom.js";
import { formatInput, formatWeight, parseNumber } from "../format.js";
import { placeCard } from "../placement.js";

const LARGEST = 1e6;
const STEP = 0.1;
const REFRESH_MS = 100;

/**
 * @param {HTMLElement} root
 * @param {{t: Translate, onEdit: (edit: EditRequest) => void, onField: (row: Row) => void,
 *   onClose: () => void}} options `onField`: this number is at hand
 */
export function createWeightCard(root, { t, onEdit, onField, onClose }) {
  const card = h("div", { class: "weight-card" });
  card.popover = "manual";
  root.append(card);

  /** @type {"closed" | "hint" | "editor"} */
  let state = "closed";
  /** @type {{row: Row, input: HTMLInputElement, hint: HTMLElement}[]} */
  let fields = [];
  /** @type {{text: (value: string) => string, parameter: number, output: HTMLElement} | null} */
  let told = null;
  /** @type {Element | null} */
  let returnTo = null;
  let refreshed = 0;

  /** @param {Anchor} anchor */
  function show({ box, avoid }) {
    if (!card.matches(":popover-open")) card.showPopover();
    const { clientWidth: width, clientHeight: height } = document.documentElement;
    const { x, y } = placeCard(box, card.getBoundingClientRect(), { width, height }, { avoid });
    card.style.left = `${x}px`;
    card.style.top = `${y}px`;
  }

  function close() {
    if (state === "closed") return;
    const wasEditor = state === "editor";
    const hadFocus = card.contains(document.activeElement);
    state = "closed";
    fields = [];
    told = null;
    card.hidePopover();
    card.replaceChildren();
    card.removeAttribute("role");
    card.removeAttribute("aria-label");
    if (hadFocus && returnTo instanceof HTMLElement && returnTo.isConnected) {
      returnTo.focus({ preventScroll: true });
    }
    if (wasEditor) onClose();
  }

  /**
   * @param {Row} row
   * @param {number} value
   */
  function createField(row, value) {
    const hint = h("span", { class: "weight-hint", role: "alert" });
    // A field of type "number" writes numbers as the browser likes, not as the page does. It has no `inputmode`, as
    // the decimal keys of some phones are without a minus.
    const input = h("input", {
      type: "text",
      role: "spinbutton",
      autocomplete: "off",
      class: "weight-input",
      "aria-label": row.name,
      onfocus: () => onField(row),
      oninput: () => send(input, hint, row),
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
        event.preventDefault();
        const by = (event.key === "ArrowUp" ? STEP : -STEP) * (event.shiftKey ? 10 : 1);
        write(input, Number(((parseNumber(input.value) ?? 0) + by).toFixed(6)));
        send(input, hint, row);
      },
    });
    write(input, value);
    return { row, input, hint };
  }

  /**
   * @param {HTMLInputElement} input
   * @param {HTMLElement} hint
   * @param {Row} row
   */
  function send(input, hint, { layer, to, from }) {
    const value = parseNumber(input.value);
    const isValid = value !== null && Math.abs(value) <= LARGEST;
    if (value !== null) input.ariaValueNow = `${value}`;
    input.setAttribute("aria-invalid", String(!isValid));
    setText(hint, isValid ? "" : t("edit.invalid"));
    if (isValid) onEdit({ layer, to, from, value });
  }

  card.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" && event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    close();
  });
  const onPointerDown = (/** @type {PointerEvent} */ event) => {
    if (state === "editor" && event.target instanceof Node && !card.contains(event.target)) close();
  };
  document.addEventListener("pointerdown", onPointerDown, { capture: true });

  return {
    close,

    /** Closes what hovering has opened, and leaves an editor alone. */
    closeHint() {
      if (state === "hint") close();
    },

    isEditing: () => state === "editor",

    /**
     * A sentence with a number that follows the training.
     *
     * @param {{text: (value: string) => string, parameter: number}} what
     * @param {Float32Array} parameters
     * @param {Anchor} anchor
     */
    tell({ text, parameter }, parameters, anchor) {
      if (state === "editor") return;
      state = "hint";
      const output = h("p", { class: "weight-text" }, text(formatWeight(parameters[parameter])));
      told = { text, parameter, output };
      card.setAttribute("role", "tooltip");
      card.replaceChildren(output, h("p", { class: "weight-tip" }, t("edit.click")));
      show(anchor);
    },

    /**
     * @param {{title: string, rows: Row[], note?: Note | null}} what
     * @param {Float32Array} parameters
     * @param {Anchor} anchor
     * @param {number} [first] the row to begin with
     */
    edit({ title, rows, note }, parameters, anchor, first = 0) {
      close();
      state = "editor";
      returnTo = document.activeElement;
      fields = rows.map((row) => createField(row, parameters[row.parameter]));
      const button = h(
        "button",
        { type: "button", class: "weight-close", "aria-label": t("edit.close"), onclick: close },
        icon("close"),
      );
      card.setAttribute("role", "dialog");
      card.setAttribute("aria-label", title);
      card.replaceChildren(
        h("div", { class: "weight-head" }, h("h4", { class: "weight-title" }, title), button),
        note ? createNote(note, close) : "",
        h(
          "div",
          { class: "weight-rows" },
          ...fields.map(({ row, input, hint }) =>
            h("label", { class: "weight-row" }, h("span", {}, row.label), input, hint),
          ),
        ),
      );
      show(anchor);
      fields[first]?.input.focus({ preventScroll: true });
      fields[first]?.input.select();
    },

    /** @param {Float32Array} parameters */
    refresh(parameters) {
      if (state === "closed") return;
      const now = performance.now();
      if (now - refreshed < REFRESH_MS) return;
      refreshed = now;
      if (told) setText(told.output, told.text(formatWeight(parameters[told.parameter])));
      for (const { row, input, hint } of fields) {
        if (input === document.activeElement) continue;
        write(input, parameters[row.parameter]);
        if (hint.textContent) setText(hint, "");
        input.removeAttribute("aria-invalid");
      }
    },

    destroy() {
      document.removeEventListener("pointerdown", onPointerDown, { capture: true });
      card.remove();
    },
  };
}

/**
 * @param {HTMLInputElement} input
 * @param {number} value
 */
function write(input, value) {
  const text = formatInput(value);
  if (input.value === text) return;
  input.value = text;
  input.ariaValueNow = `${value}`;
}

/**
 * @param {Note} note
 * @param {() => void} close
 */
function createNote({ text, action, tip, onAction }, close) {
  const onclick = () => {
    close();
    onAction();
  };
  const button = h("button", { type: "button", class: "button weight-action", onclick }, action);
  setTip(button, tip);
  return h("p", { class: "weight-note" }, h("span", {}, text), button);
}
