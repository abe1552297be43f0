/** The kinds of control that the page is made of: select, slider, number, text, switch, check box. */

import { h, icon, setEndText, setTip, uniqueId } from "./dom.js";
import { fromPosition, readNumber, toPosition } from "./schema.js";
import { throttle } from "./timing.js";

/** @import {Control, Option} from "./schema.js" */

const POSITIONS = 1000;
const DRAG_INTERVAL = 60;
const OTHER = "\u0000other";

/**
 * @typedef {object} SelectState
 * @property {Option[]} options
 * @property {any} value
 * @property {string} [placeholder] Shown while the value is null.
 *
 * @typedef {object} Select
 * @property {HTMLElement} element
 * @property {HTMLSelectElement} select
 * @property {(state: SelectState) => void} update
 */

/**
 * A list with its label above it. With `other`, its last entry lets the user type a value.
 *
 * @param {{label: string, name?: string, short?: string, help?: string,
 *   onChange: (value: any) => void,
 *   other?: {label: string, valueLabel: string, read: (text: string) => number | null}}} options
 * @returns {Select}
 */
export function createSelect({ label, name, short = label, help = "", onChange, other }) {
  const id = uniqueId("select");
  const select = h("select", { id, "aria-label": label });
  const box = h("div", { class: "select" }, select, icon("chevron"));
  const caption = h("label", { class: "field-label", for: id, "data-tip": help }, short);
  const element = h("div", { class: "field", "data-field": name }, caption, box);
  /** @type {SelectState} */
  let state = { options: [], value: null };
  let shown = "";

  function render() {
    const { options, value, placeholder } = state;
    const index = options.findIndex((option) => option.value === value);
    const text = JSON.stringify([options, placeholder && index < 0 ? placeholder : null]);
    if (text !== shown) {
      shown = text;
      const items = options.map(({ label: text }, at) => h("option", { value: `${at}` }, text));
      if (placeholder && index < 0) {
        items.unshift(h("option", { value: "", disabled: true, hidden: true }, placeholder));
      }
      if (other) items.push(h("option", { value: OTHER }, other.label));
      select.replaceChildren(...items);
    }
    select.value = index < 0 ? "" : `${index}`;
    const chosen = options[index];
    setTip(box, chosen?.help || help, select);
    explainComponent(box, chosen, options);
  }

  /** A field to type in, in the place of the list. */
  function type(/** @type {NonNullable<typeof other>} */ { valueLabel, read }) {
    const input = h("input", {
      class: "input select-input",
      inputMode: "decimal",
      value: state.value ?? "",
      "aria-label": valueLabel,
    });
    let done = false;
    const finish = (/** @type {boolean} */ keep) => {
      if (done) return;
      done = true;
      const value = keep ? read(input.value) : null;
      const focused = document.activeElement === input;
      input.remove();
      if (focused) select.focus();
      if (value !== null && value !== state.value) onChange(value);
    };
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        if (read(input.value) === null) input.setAttribute("aria-invalid", "true");
        else finish(true);
      } else if (event.key === "Escape") finish(false);
    });
    input.addEventListener("input", () => input.removeAttribute("aria-invalid"));
    input.addEventListener("blur", () => finish(true));
    box.append(input);
    input.focus();
    input.select();
  }

  select.addEventListener("change", () => {
    const chosen = select.value;
    if (chosen === OTHER && other) {
      render();
      type(other);
    } else {
      const option = state.options[Number(chosen)];
      if (option) onChange(option.value);
    }
  });

  return {
    element,
    select,
    update(next) {
      state = next;
      render();
    },
  };
}

/**
 * Lets the catalogue explain what is chosen of a list, with the other choices after it.
 *
 * @param {HTMLElement} element
 * @param {Option | undefined} chosen
 * @param {Option[]} options
 */
function explainComponent(element, chosen, options) {
  if (!chosen?.component) {
    delete element.dataset.components;
    return;
  }
  const others = options.filter(({ component }) => component && component !== chosen.component);
  const all = [chosen, ...others].map(({ component }) => component);
  element.dataset.components = all.join(",");
}

/**
 * @typedef {object} Slider
 * @property {HTMLElement} element
 * @property {(value: number, control?: Partial<Control>) => void} update
 *   A slider that is being dragged stays where it is.
 */

/**
 * A slider with its label and value above it. It reports while it is dragged, a few times a second,
 * and once when it is let go.
 *
 * @param {{control: Control, label: string, short?: string, name?: string, help?: string,
 *   format: (value: number) => string, onChange: (value: number) => void}} options
 * @returns {Slider}
 */
export function createSlider({ control, label, short = label, name, help = "", format, onChange }) {
  const id = uniqueId("slider");
  let shape = control;
  let value = control.default;
  let dragging = false;
  let sent = value;

  const input = h("input", { id, type: "range", class: "range", "aria-label": label });
  const output = h("span", { class: "slider-value", "aria-hidden": "true" });
  const head = h(
    "div",
    { class: "slider-head" },
    h("label", { class: "slider-label", for: id }, short),
    output,
  );
  const element = h("div", { class: "slider", "data-field": name }, head, input);
  if (help) setTip(head, help, input);

  const send = throttle((/** @type {number} */ next) => {
    if (next === sent) return;
    sent = next;
    onChange(next);
  }, DRAG_INTERVAL);

  const read = () => {
    const at = Number(input.value);
    return shape.log ? fromPosition(shape, at / POSITIONS) : at;
  };

  function show() {
    const { minimum, maximum, log, step } = shape;
    const [low, high, by] = log ? [0, POSITIONS, 1] : [minimum, maximum, step];
    if (Number(input.min) !== low) input.min = `${low}`;
    if (Number(input.max) !== high) input.max = `${high}`;
    // A value that came with a link may lie between two steps: it is shown where it is.
    const aligned = log || Math.abs((value - low) / by - Math.round((value - low) / by)) < 1e-9;
    input.step = aligned ? `${by}` : "any";
    const at = toPosition(shape, value);
    input.value = `${log ? Math.round(at * POSITIONS) : value}`;
    paint();
  }

  function paint() {
    const text = format(value);
    setEndText(output, text);
    input.setAttribute("aria-valuetext", text);
    input.style.setProperty("--fill", `${toPosition(shape, value)}`);
  }

  input.addEventListener("input", () => {
    dragging = true;
    value = read();
    paint();
    send(value);
  });
  const release = () => {
    if (!dragging) return;
    dragging = false;
    send.flush();
    show();
  };
  input.addEventListener("change", release);
  input.addEventListener("pointercancel", release);

  show(); // it can be moved before the first update

  return {
    element,
    update(next, changed) {
      if (changed) shape = { ...shape, ...changed };
      if (dragging || next === undefined) return;
      value = next;
      sent = next;
      show();
    },
  };
}

/**
 * A field for a number or a text; what cannot be read is marked and not sent.
 *
 * @template T
 * @param {{label: string, name?: string, help?: string, inputMode?: string, maxLength?: number,
 *   read: (text: string) => T | null, write: (value: T) => string,
 *   onChange: (value: T) => void}} options
 * @returns {{element: HTMLElement, update: (value: T) => void}}
 */
export function createInput({ label, name, help, inputMode, maxLength, read, write, onChange }) {
  const id = uniqueId("input");
  const input = h("input", { id, class: "input", inputMode, maxLength, autocomplete: "off" });
  const element = h(
    "div",
    { class: "field", "data-field": name },
    h("label", { class: "field-label", for: id }, label),
    input,
  );
  if (help) setTip(element, help, input);
  /** @type {T | undefined} */
  let value;

  const show = () => {
    input.removeAttribute("aria-invalid");
    input.value = value === undefined ? "" : write(value);
  };
  const commit = () => {
    const next = read(input.value);
    if (next === null) {
      input.setAttribute("aria-invalid", "true");
    } else if (next !== value) {
      value = next;
      onChange(next);
    }
  };
  input.addEventListener("change", commit);
  input.addEventListener("blur", () => {
    if (input.getAttribute("aria-invalid")) show();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") show();
  });

  return {
    element,
    update(next) {
      const typing = document.activeElement === input && input.value !== write(next);
      if (next === value && typing) return;
      value = next;
      if (document.activeElement !== input) show();
    },
  };
}

/**
 * A check box, or a switch.
 *
 * @param {{label: string, short?: string, name?: string, help?: string, look?: "check" | "switch",
 *   onChange: (checked: boolean) => void}} options
 * @returns {{element: HTMLElement, input: HTMLInputElement, update: (checked: boolean) => void}}
 */
export function createToggle({ label, short, name, help = "", look = "check", onChange }) {
  const input = h("input", {
    type: "checkbox",
    class: look,
    role: look === "switch" ? "switch" : undefined,
    "aria-label": short && label,
    onchange: () => onChange(input.checked),
  });
  const element = h(
    "label",
    { class: `toggle toggle-${look}`, "data-field": name },
    input,
    short ?? label,
  );
  if (help) setTip(element, help, input);
  return {
    element,
    input,
    update(checked) {
      input.checked = checked;
    },
  };
}

/**
 * A few choices side by side, one of which is pressed.
 *
 * @template {string} T
 * @param {{label: string, options: {value: T, text: string, tip?: string}[], value: T,
 *   onChange: (value: T) => void}} options
 * @returns {{element: HTMLElement, readonly value: T}}
 */
export function createSegments({ label, options, value, onChange }) {
  const buttons = options.map((option) => {
    const button = h(
      "button",
      { type: "button", class: "segment", onclick: () => choose(option.value) },
      option.text,
    );
    if (option.tip) setTip(button, option.tip);
    return button;
  });
  const show = () =>
    buttons.forEach((button, i) =>
      button.setAttribute("aria-pressed", String(options[i].value === value)),
    );
  const choose = (/** @type {T} */ next) => {
    if (next === value) return;
    value = next;
    show();
    onChange(value);
  };
  show();
  return {
    element: h("div", { class: "segments", role: "group", "aria-label": label }, ...buttons),
    get value() {
      return value;
    },
  };
}

/**
 * The control for a parameter of a component.
 *
 * @param {Control} control
 * @param {{format: (value: number) => string, write: (value: number) => string,
 *   onChange: (value: any) => void}} options
 * @returns {{element: HTMLElement, update: (value: any) => void}}
 */
export function createParameter(control, { format, write, onChange }) {
  const { label, help } = control;
  if (control.widget === "slider") return createSlider({ control, label, help, format, onChange });
  if (control.widget === "number") {
    const read = (/** @type {string} */ text) => readNumber(text, control);
    return createInput({ label, help, inputMode: "decimal", read, write, onChange });
  }
  const same = (/** @type {string} */ text) => text;
  return createInput({ label, help, maxLength: 64, read: same, write: same, onChange });
}
