/**
 * What to draw with: a brush of each class, or of a number, the eraser, and how wide they are.
 *
 * @import {Translate} from "../i18n.js"
 * @import {LabelKind} from "../parts/map-model.js"
 *
 * @typedef {object} BarModel
 * @property {LabelKind} labels
 * @property {number} classes
 * @property {string[]} names of the classes, as far as they have one
 * @property {(value: number) => string} write a target that is a number, in the units of the data
 * @property {string} count
 * @property {string} message
 *
 * @typedef {object} Brush
 * @property {"brush" | "eraser"} tool
 * @property {number} target
 * @property {number} radius in plot units; 0 leaves single points
 */

import { css, inkOn } from "../color.js";
import { formatFixed } from "../format.js";
import { h, icon, setText, setTip } from "../dom.js";
import { readThemeColors } from "../parts/theme-colors.js";
import { createSlider } from "../widgets.js";

const MOST_CLASSES = 8;
const WIDEST = 2;
/** An eraser that is a point would meet none. */
const ERASER = 0.35;

/** @type {Omit<import("../schema.js").Control, "name" | "label" | "minimum" | "maximum" | "step">} */
const SLIDER = {
  widget: "slider",
  help: "",
  lowest: -Infinity,
  highest: Infinity,
  log: false,
  integer: false,
  options: null,
  default: 0,
};

/**
 * @param {{t: Translate, onClear: () => void, onDone: () => void, onChange: () => void}} options
 */
export function createBrushBar({ t, onClear, onDone, onChange }) {
  const say = (/** @type {string} */ key, values = {}) => t(`draw.${key}`, values);
  /** @type {BarModel | null} */
  let model = null;
  let shown = "";
  /** @type {"brush" | "eraser"} */
  let tool = "brush";
  let [chosen, mask, value, size] = [0, 1, 1, 0];

  const group = h("div", { class: "brushes", role: "group" });
  const eraser = h(
    "button",
    { type: "button", class: "brush is-eraser", onclick: () => use("eraser") },
    icon("eraser"),
  );
  eraser.setAttribute("aria-label", say("eraser"));
  setTip(eraser, say("tip_eraser"));

  const slider = (
    /** @type {string} */ key,
    /** @type {[number, number, number]} */ [minimum, maximum, step],
    /** @type {(value: number) => string} */ format,
    /** @type {(value: number) => void} */ onSlide,
  ) =>
    createSlider({
      control: { ...SLIDER, name: key, label: say(key), minimum, maximum, step },
      label: say(key),
      format,
      onChange: onSlide,
    });
  const width = slider(
    "size",
    [0, WIDEST, 0.1],
    (at) => (at > 0 ? formatFixed(at, 1) : say("size_point")),
    (at) => {
      size = at;
      onChange();
    },
  );
  setTip(width.element, say("tip_size"), width.element.querySelector("input") ?? undefined);
  const number = slider(
    "value",
    [-1, 1, 0.05],
    (at) => model?.write(at) ?? "",
    (at) => {
      value = at;
      use("brush");
    },
  );
  const count = h("span", { class: "draw-count" });
  const message = h("p", { class: "draw-message", role: "status" });
  const clear = h("button", { type: "button", class: "button", onclick: onClear }, say("clear"));
  setTip(clear, say("tip_clear"));
  const done = h(
    "button",
    { type: "button", class: "button button-primary", onclick: onDone },
    say("done"),
  );
  setTip(done, say("tip_done"));
  const element = h(
    "div",
    { class: "draw-bar", role: "group", "aria-label": say("title") },
    h("div", { class: "draw-row" }, group, number.element, eraser),
    h("div", { class: "draw-row" }, width.element, clear, done),
    h("p", { class: "draw-help" }, count, " ", say("help")),
    message,
  );

  /** @param {"brush" | "eraser"} next */
  function use(next) {
    tool = next;
    paint();
    onChange();
  }

  /** @param {number} k */
  function choose(k) {
    if (model?.labels === "labels") mask = tool === "eraser" ? 1 << k : mask ^ (1 << k);
    else chosen = k;
    use("brush");
  }

  const isChosen = (/** @type {number} */ k) =>
    model?.labels === "labels" ? Boolean((mask >> k) & 1) : chosen === k;

  function paint() {
    eraser.setAttribute("aria-pressed", `${tool === "eraser"}`);
    [...group.children].forEach((button, k) =>
      button.setAttribute("aria-pressed", `${tool === "brush" && isChosen(k)}`),
    );
  }

  /** @param {BarModel} next */
  function build({ labels, classes, names }) {
    const key = JSON.stringify([labels, classes, names]);
    if (key === shown) return;
    shown = key;
    const isTwo = labels === "signs";
    const shownClasses = labels === "numbers" ? 0 : isTwo ? 2 : classes;
    if (labels === "labels") mask &= (1 << shownClasses) - 1;
    else if (shownClasses) chosen = Math.min(chosen, shownClasses - 1);
    group.setAttribute("aria-label", say(labels === "labels" ? "labels" : "classes"));
    group.hidden = shownClasses === 0;
    number.element.hidden = shownClasses > 0;
    const brushes = Array.from({ length: shownClasses }, (_, k) => {
      const named = names[k];
      const usual = isTwo ? say(k ? "positive" : "negative") : say("class", { number: k + 1 });
      const mark = isTwo ? (k ? "+" : "\u2212") : `${k + 1}`;
      const button = swatch(mark, named ?? "", named ?? usual, () => choose(k));
      button.dataset.class = isTwo ? (k ? "positive" : "negative") : `${k}`;
      return button;
    });
    const canAdd = (isTwo || labels === "classes") && shownClasses < MOST_CLASSES;
    if (canAdd) {
      const add = swatch("\u002b", "", say("add_class"), () => choose(shownClasses));
      add.classList.add("is-new");
      setTip(add, say("tip_add_class"));
      brushes.push(add);
    }
    group.replaceChildren(...brushes);
    theme();
    paint();
  }

  /**
   * @param {string} mark
   * @param {string} name
   * @param {string} label
   * @param {() => void} onclick
   */
  function swatch(mark, name, label, onclick) {
    const dot = h("span", { class: "brush-mark", "aria-hidden": "true" }, mark);
    const text = name && h("span", { class: "brush-name", "aria-hidden": "true" }, name);
    const button = h("button", { type: "button", class: "brush", onclick }, dot, text);
    button.setAttribute("aria-label", label);
    return button;
  }

  function theme() {
    const { classes, positive, negative } = readThemeColors();
    for (const button of group.querySelectorAll("[data-class]")) {
      const which = /** @type {HTMLElement} */ (button).dataset.class ?? "";
      const color = { positive, negative }[which] ?? classes[Number(which) % classes.length];
      const mark = /** @type {HTMLElement} */ (button.firstElementChild);
      mark.style.background = css(color);
      mark.style.color = inkOn(color);
    }
  }

  return {
    element,
    theme,
    use,

    /** Chooses the brush of a class, if there is one. @param {number} k */
    choose(k) {
      if (k < group.children.length) choose(k);
    },

    /** @returns {Brush} */
    get brush() {
      const target = { labels: mask, numbers: value, signs: chosen, classes: chosen };
      const radius = tool === "eraser" ? Math.max(ERASER, size) : size;
      return { tool, target: target[model?.labels ?? "signs"], radius };
    },

    /** What the brush leaves, in words. @returns {string} */
    get name() {
      if (model?.labels === "numbers") return model.write(value);
      const names = [...group.children].flatMap((button, k) =>
        isChosen(k) ? (button.getAttribute("aria-label") ?? "") : [],
      );
      return names.join(", ") || "0";
    },

    /** @param {BarModel} next */
    update(next) {
      model = next;
      build(next);
      number.update(value);
      width.update(size);
      setText(count, next.count);
      setText(message, next.message);
      message.hidden = !next.message;
    },

    /** Says it to those who do not see the map. @param {string} text */
    say(text) {
      setText(message, text);
      message.hidden = false;
    },
  };
}
