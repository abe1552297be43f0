import { h, setText } from "../dom.js";
import { formatWeight } from "../format.js";
import { formatRatio, formatShare } from "../insights.js";
import { mapPoint } from "../map-point.js";
import { givesProbabilities, outputRows, sortOf } from "../output-model.js";
import { createLossCurvesPlot, curveKey } from "../parts/loss-curves.js";
import { labelKind } from "../parts/map-model.js";
import { createOutputTable } from "../parts/output-table.js";
import { createFormula } from "../parts/pieces.js";
import { createPointPicker } from "../parts/point-picker.js";
import { createStartPlot, startKey } from "../parts/start-plot.js";
import { findEntry } from "../schema.js";
import { throttle } from "../timing.js";
import { createSegments, createSlider } from "../widgets.js";

/** @import {Panel, PanelOptions} from "../panels.js" */
/** @import {OutputData} from "../output-model.js" */

const ASK_MS = 120;
/** The output bias of the confidently wrong start. */
const BIAS = 5;
const TARGET = { minimum: -1.5, maximum: 1.5, step: 0.05 };

/**
 * What comes out at a point: logits, probabilities, and the loss that each label would have there.
 *
 * @param {HTMLElement} element
 * @param {PanelOptions} options
 * @returns {Panel}
 */
export function createOutputPanel(element, { t, catalog, changed, border }) {
  const say = (/** @type {string} */ key, values = {}) => t(`insights.output.${key}`, values);
  /** @type {Record<string, any>} */
  let spec = {};

  const picker = createPointPicker({
    t,
    color: (label, { classes, positive, negative, faint }) => {
      const kind = labelKind(spec.problem);
      if (kind === "classes") return classes[label % classes.length];
      if (kind === "labels" && !label) return faint;
      if (kind === "labels") return classes[Math.max(0, 31 - Math.clz32(label)) % classes.length];
      return label > 0 ? positive : negative;
    },
  });
  const formula = createFormula();
  const headName = h("h3", { class: "insight-title" });
  const head = h("div", { class: "output-head" }, headName, formula.element);
  const table = createOutputTable({ t });
  const sum = h("p", { class: "insight-note" });
  const bayes = h("p", { class: "insight-note" });
  const curves = createLossCurvesPlot({ t });
  const start = createStartPlot({ t });
  const curvesTitle = h("h3", { class: "insight-title" });
  const key = h("ul", { class: "plot-key" });
  /** @type {Record<"slopes" | "start", any>} */
  const measured = { slopes: null, start: null };
  const look = createSegments({
    label: say("look"),
    options: [
      { value: "slopes", text: say("look_slopes"), tip: say("tip_slopes") },
      { value: "start", text: say("look_start"), tip: say("tip_start", { bias: BIAS }) },
    ],
    value: "slopes",
    onChange: () => {
      showCurves();
      changed();
    },
  });
  const curvesBox = h(
    "section",
    { class: "curves-box" },
    h("div", { class: "curves-head" }, curvesTitle, look.element),
    curves.element,
    start.element,
    key,
  );
  let target = 0;
  const targetSlider = createSlider({
    control: {
      name: "target",
      widget: "slider",
      label: "",
      help: "",
      ...TARGET,
      lowest: TARGET.minimum,
      highest: TARGET.maximum,
      log: false,
      integer: false,
      options: null,
      default: target,
    },
    label: say("target"),
    help: say("tip_target"),
    format: (value) => formatWeight(value, 2),
    onChange: (value) => {
      target = value;
      ask();
    },
  });
  targetSlider.update(target);
  const body = h(
    "div",
    { class: "insight insight-output" },
    h(
      "section",
      { class: "picker-box" },
      picker.element,
      h("p", { class: "insight-note" }, say("pick")),
    ),
    h(
      "section",
      { class: "output-box" },
      head,
      table.element,
      h("div", { class: "output-target sliders" }, targetSlider.element),
      sum,
      bayes,
    ),
    curvesBox,
  );
  element.append(body);

  const ask = throttle(changed, ASK_MS);
  const stop = mapPoint.listen(() => {
    picker.show();
    ask();
  });

  const entry = () => findEntry(catalog, "head", spec.head?.kind);
  const isTwo = () => labelKind(spec.problem ?? "") === "signs";
  const isNumber = () => labelKind(spec.problem ?? "") === "numbers";

  function showCurves() {
    const isStart = look.value === "start";
    setText(curvesTitle, say(isStart ? "start" : "curves", { bias: BIAS }));
    curves.element.hidden = isStart;
    start.element.hidden = !isStart;
    const data = measured[look.value];
    if (isStart && data) start.update(data, spec.head?.kind ?? "");
    const lines = !data
      ? []
      : isStart
        ? startKey(t, data, spec.head?.kind)
        : curveKey(data, spec.head?.kind);
    key.replaceChildren(...lines);
  }

  /** @param {OutputData} data */
  function show(data) {
    const sort = sortOf(data);
    const probabilities = givesProbabilities(entry()?.formula);
    const rows = outputRows(data, probabilities);
    const names = rows.map(({ index }) => nameOf(sort, probabilities, index));
    table.update(rows, { sort, probabilities, names });
    setText(sum, sumText(data, sort, probabilities));
    const best = data.bayes;
    setText(
      bayes,
      best
        ? say("bayes", {
            probability: formatShare(best.probability),
            accuracy: formatShare(best.accuracy),
            weight: formatWeight(best.weights[0], 3),
          })
        : "",
    );
    border(
      best && { w1: best.weights[0], w2: best.weights[1], b: best.bias, name: say("bayes_name") },
    );
    curves.mark(spec.head?.kind ?? "", data.logits[0]);
  }

  /** @param {OutputData} data @param {string} sort @param {boolean} probabilities */
  function sumText(data, sort, probabilities) {
    if (sort === "number") return say("target_zero");
    if (sort === "labels") return say("sum_labels", { sum: formatRatio(data.output_sum) });
    if (sort === "classes") return say("sum_classes", { sum: formatRatio(data.output_sum) });
    return probabilities ? say("sum_two") : say("no_probability");
  }

  /** @param {string} sort @param {boolean} probabilities @param {number} index */
  function nameOf(sort, probabilities, index) {
    if (sort === "classes" || sort === "labels") {
      const name = t("output.class_label", { number: index + 1 });
      return { name, color: `var(--class-${index})` };
    }
    if (sort === "number" || !probabilities) return { name: say("value"), color: "" };
    return {
      name: say(index ? "positive" : "negative"),
      color: `var(--${index ? "positive" : "negative"})`,
    };
  }

  return {
    wants: () => [
      { kind: "output", ...mapPoint.value, ...(isNumber() ? { value: target } : {}) },
      ...(isTwo()
        ? [
            look.value === "start"
              ? { kind: "confident_start", bias: BIAS }
              : { kind: "loss_curves" },
          ]
        : []),
    ],

    experiment(model) {
      spec = model.spec;
      picker.points(model.points);
      setText(headName, entry()?.label ?? "");
      formula.show(entry()?.formula);
      head.dataset.components = `head:${spec.head?.kind}`;
      curvesBox.hidden = !isTwo();
      targetSlider.element.hidden = !isNumber();
      showCurves();
      changed();
    },

    update(event) {
      const data = /** @type {any} */ (event.data);
      if ("heads" in data) {
        // A session does not name the heads in the language of each page; the catalogue does.
        const heads = data.heads.map((/** @type {{kind: string, label: string}} */ head) => {
          const { label = head.label } = findEntry(catalog, "head", head.kind) ?? {};
          return { ...head, label };
        });
        measured.slopes = { ...data, heads };
        curves.update(measured.slopes);
        showCurves();
      } else if ("runs" in data) {
        measured.start = data;
        showCurves();
      } else {
        show(data);
      }
    },

    theme() {
      picker.theme();
      curves.theme();
      start.theme();
    },
    resize() {
      curves.redraw();
      start.redraw();
      picker.show();
    },
    destroy() {
      stop();
      picker.destroy();
      curves.destroy();
      start.destroy();
      element.replaceChildren();
    },
  };
}
