/** Figures of curves that the engine has computed: they come with the whole catalogue, when they are first seen. */

import { h, setText } from "../dom.js";
import { formatShort } from "../format.js";
import { formatExact, sampleAt } from "../insights.js";
import { createActivationPlot } from "../parts/activation-plot.js";
import { createLossCurvesPlot, curveKey } from "../parts/loss-curves.js";
import { createFormula } from "../parts/pieces.js";
import { controlsOf, createFigure, createReading, list } from "./figure.js";

/**
 * @import {Translate} from "../i18n.js"
 * @import {Curve} from "../insights.js"
 * @import {Curves} from "../parts/loss-curves.js"
 * @import {Entry} from "../schema.js"
 *
 * @typedef {{loss_curves: Curves, components: {activation: (Entry & {curve: Curve})[]}}} WholeCatalog
 */

const MARKS = [-10, 0, 10];

/** @param {() => void} onFailure */
export function createCurves(onFailure) {
  /** @type {Promise<WholeCatalog> | null} */
  let loading = null;
  return {
    /** @param {(catalog: WholeCatalog) => void} task */
    async use(task) {
      try {
        const { lang } = document.documentElement;
        loading ??= fetch(`api/catalog?lang=${lang}`).then((response) => {
          if (!response.ok) throw new Error(`The catalogue: ${response.status}`);
          return response.json();
        });
        task(await loading);
      } catch (error) {
        loading = null;
        console.error(error);
        onFailure();
      }
    },
  };
}

/** @typedef {ReturnType<typeof createCurves>} LateCurves */

/** @param {{t: Translate, activations: Entry[], curves: LateCurves}} options */
export function createActivationsFigure({ t, activations, curves }) {
  let kind = "sigmoid";
  const plot = createActivationPlot({ t, onMove: () => read() });
  const formula = createFormula();
  const help = h("p", { class: "figure-help" });
  const reading = createReading();
  reading.removeAttribute("role"); // the marker says it itself
  /** @type {Curve | null} */
  let curve = null;

  function read() {
    if (!curve) return;
    const { f, slope } = sampleAt(curve, plot.x);
    const values = { x: formatShort(plot.x), f: formatExact(f), slope: formatExact(slope) };
    setText(reading, t("article.readings.slope", values));
  }
  const show = () =>
    curves.use(({ components }) => {
      const entry = components.activation.find((one) => one.kind === kind);
      if (!entry) return;
      curve = entry.curve;
      plot.update({
        curve,
        histogram: { counts: [], range: [-12, 12], below: 0, above: 0 },
        marks: MARKS.map((x) => ({ x, ...sampleAt(entry.curve, x) })),
        saturated: 0,
      });
      read();
    });
  const describe = () => {
    const entry = activations.find((one) => one.kind === kind);
    formula.show(entry?.formula);
    setText(help, entry?.help ?? "");
  };
  const choice = list({
    label: t("article.controls.activation"),
    options: activations.map(({ kind: value, label }) => ({ value, label })),
    value: kind,
    onChange: (value) => {
      kind = value;
      describe();
      show();
    },
  });
  describe();
  const side = h("div", {}, controlsOf(choice), formula.element, help, reading);
  return createFigure("activations", t("article.sections.activations.caption"), {
    body: [h("div", { class: "figure-wide" }, plot.element, side)],
    start: show,
    theme: plot.theme,
  });
}

/** @param {{t: Translate, curves: LateCurves}} options */
export function createLossesFigure({ t, curves }) {
  const plot = createLossCurvesPlot({ t });
  const key = h("ul", { class: "plot-key" });
  const own = "sigmoid_bce";
  return createFigure("losses", t("article.sections.outputs.caption"), {
    body: [plot.element, key],
    start: () =>
      curves.use(({ loss_curves }) => {
        plot.update(loss_curves);
        plot.mark(own, null);
        key.replaceChildren(...curveKey(loss_curves, own));
      }),
    theme: plot.theme,
  });
}
