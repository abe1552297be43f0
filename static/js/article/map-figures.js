/** Figures made of maps of the plane: what one neuron answers, and what a layer of them adds up to. */

import { h, setText } from "../dom.js";
import { formatShort } from "../format.js";
import { createRaster } from "../parts/map-raster.js";
import { readThemeColors } from "../parts/theme-colors.js";
import { controlsOf, createFigure, createReading, list, slider } from "./figure.js";
import { BENDS, mapOf, ringOf, SIDE } from "./maps.js";

/** @import {Translate} from "../i18n.js" */
/** @import {Entry} from "../schema.js" */

/** @param {string} label */
function createMap(label) {
  const raster = createRaster();
  const element = h(
    "div",
    { class: "figure-map", role: "img", "aria-label": label },
    raster.canvas,
  );
  return {
    element,
    /** @param {(x1: number, x2: number) => number} f */
    draw(f) {
      raster.theme(readThemeColors());
      raster.paintNumbers(mapOf(f), SIDE, 1, false);
    },
  };
}

/** @param {Translate} t @param {Entry[]} entries */
const bends = (t, entries) => ({
  label: t("article.controls.activation"),
  options: entries
    .filter(({ kind }) => kind in BENDS)
    .map(({ kind, label }) => ({ value: kind, label })),
});

/** @param {{t: Translate, activations: Entry[]}} options */
export function createNeuronFigure({ t, activations }) {
  const state = { w1: 1, w2: -0.5, b: 0, bend: "tanh" };
  const map = createMap(t("article.labels.neuron"));
  const reading = createReading();

  function draw() {
    const { w1, w2, b, bend } = state;
    map.draw((x1, x2) => BENDS[bend](w1 * x1 + w2 * x2 + b));
    const signed = (/** @type {number} */ value) =>
      `${value < 0 ? "−" : "+"} ${formatShort(Math.abs(value))}`;
    const values = { g: bend, w1: formatShort(w1), w2: signed(w2), b: signed(b) };
    setText(reading, t("article.readings.neuron", values));
  }
  const knob = (/** @type {"w1" | "w2" | "b"} */ name) =>
    slider({
      label: t(`article.controls.${name}`),
      range: name === "b" ? [-6, 6] : [-2, 2],
      step: 0.1,
      value: state[name],
      format: formatShort,
      onChange: (value) => {
        state[name] = value;
        draw();
      },
    });
  const bend = list({
    ...bends(t, activations),
    value: state.bend,
    onChange: (value) => {
      state.bend = value;
      draw();
    },
  });
  const side = h("div", {}, controlsOf(knob("w1"), knob("w2"), knob("b"), bend), reading);
  return createFigure("neuron", t("article.sections.neuron.caption"), {
    body: [h("div", { class: "figure-pair" }, map.element, side)],
    start: draw,
    theme: draw,
  });
}

const MOST = 8;

/** @param {{t: Translate, activations: Entry[]}} options */
export function createLayersFigure({ t, activations }) {
  const state = { count: 4, bend: "tanh" };
  const sum = createMap(t("article.labels.layers"));
  const units = Array.from({ length: MOST }, () => createMap(""));
  for (const { element } of units) element.removeAttribute("role");
  const row = h(
    "div",
    { class: "figure-units", role: "img", "aria-label": t("article.labels.hidden") },
    ...units.map(({ element }) => element),
  );

  function draw() {
    const { hidden, output } = ringOf(state.count, state.bend);
    units.forEach(({ element, draw: paint }, i) => {
      element.hidden = i >= hidden.length;
      if (hidden[i]) paint(hidden[i]);
    });
    sum.draw(output);
  }
  const count = slider({
    label: t("article.controls.neurons"),
    range: [1, MOST],
    step: 1,
    value: state.count,
    format: String,
    onChange: (value) => {
      state.count = value;
      draw();
    },
  });
  const bend = list({
    ...bends(t, activations),
    value: state.bend,
    onChange: (value) => {
      state.bend = value;
      draw();
    },
  });
  const side = h(
    "div",
    {},
    controlsOf(count, bend),
    h("p", { class: "figure-label" }, t("article.readings.hidden")),
    row,
  );
  return createFigure("layers", t("article.sections.layers.caption"), {
    body: [h("div", { class: "figure-pair" }, sum.element, side)],
    start: draw,
    theme: draw,
  });
}
