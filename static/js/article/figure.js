/**
 * The frame of all figures: a picture with controls, a reading and a caption. It is drawn when it comes into view.
 *
 * @typedef {object} Drawing What a figure is made of.
 * @property {(Node | string)[]} body
 * @property {() => void} start Draws it for the first time.
 * @property {() => void} [theme]
 */

import { h, uniqueId } from "../dom.js";
import { createSelect, createSlider } from "../widgets.js";

const AHEAD = "200px";

/**
 * @param {string} name
 * @param {string} caption
 * @param {Drawing} drawing
 */
export function createFigure(name, caption, { body, start, theme }) {
  const id = uniqueId("figure");
  const element = h(
    "figure",
    { class: `lesson-figure figure-${name}`, "aria-labelledby": id },
    ...body,
    h("figcaption", { id }, caption),
  );
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      start();
    },
    { rootMargin: AHEAD },
  );
  observer.observe(element);
  return { element, theme };
}

/**
 * A slider of a figure.
 *
 * @param {{label: string, range: [number, number], step: number, value: number, log?: boolean,
 *   format: (value: number) => string, onChange: (value: number) => void}} options
 */
export function slider({ label, range: [low, high], step, value, log = false, format, onChange }) {
  const made = createSlider({
    control: {
      name: label,
      widget: "slider",
      label,
      help: "",
      minimum: low,
      maximum: high,
      lowest: low,
      highest: high,
      step,
      log,
      integer: false,
      options: null,
      default: value,
    },
    label,
    format,
    onChange,
  });
  made.update(value);
  return made.element;
}

/**
 * A list of a figure.
 *
 * @param {{label: string, options: {value: string, label: string, help?: string}[], value: string,
 *   onChange: (value: string) => void}} options
 */
export function list({ label, options, value, onChange }) {
  const all = options.map((option) => ({ help: "", ...option }));
  const select = createSelect({
    label,
    onChange: (next) => {
      select.update({ options: all, value: next });
      onChange(next);
    },
  });
  select.update({ options: all, value });
  return select.element;
}

/** The controls of a figure, and what they come to. @param {...HTMLElement} controls */
export const controlsOf = (...controls) => h("div", { class: "figure-controls" }, ...controls);

/** A sentence that says what the picture shows now. */
export const createReading = () => h("p", { class: "figure-reading", role: "status" });
