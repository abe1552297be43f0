import { h, setText } from "../dom.js";
import { formatWeight } from "../format.js";
import { formatExact, formatShare } from "../insights.js";
import { mapPoint } from "../map-point.js";
import { givesProbabilities, outputRows, sortOf } from "../output-model.js";
import { createLossCurvesPlot, curveKey } from "../parts/loss-curves.js";
import { labelKind } from "../parts/map-model.js";
import { createOutputTable } from "../parts/output-table.js";
import { createFormula } from "../parts/pieces.js";
import { createPointPicker } from "../parts/point-picker.js";
import { findEntry } from "../schema.js";
import { throttle } from "../timing.js";

/** @import {Panel, PanelOptions} from "../panels.js" */
/** @import {OutputData} from "../output-model.js" */

const ASK_MS = 120;

/**
 * What comes out at a point: logits, probabilities, and the loss that each label would have there.
 *
 * @param {HTMLElement} element
 * @param {PanelOptions} options
 * @returns {Panel}
 */
export function createOutputPanel(element, { t, catalog, changed }) {
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
  const table = createOutputTable({ t });
  const sum = h("p", { class: "insight-note" });
  const bayes = h("p", { class: "insight-note" });
  const curves = createLossCurvesPlot({ t });
  const key = h("ul", { class: "plot-key" });
  const curvesBox = h(
    "section",
    { class: "curves-box" },
    h("h3", { class: "insight-title" }, say("curves")),
    curves.element,
    key,
  );
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
      h("div", { class: "output-head" }, headName, formula.element),
      table.element,
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
    curves.mark(spec.head?.kind ?? "", data.logits[0]);
  }

  /** @param {OutputData} data @param {string} sort @param {boolean} probabilities */
  function sumText(data, sort, probabilities) {
    if (sort === "number") return say("target_zero");
    if (sort === "labels") return say("sum_labels", { sum: formatExact(data.output_sum) });
    if (sort === "classes") return say("sum_classes", { sum: formatExact(data.output_sum) });
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
      { kind: "output", ...mapPoint.value },
      ...(isTwo() ? [{ kind: "loss_curves" }] : []),
    ],

    experiment(model) {
      spec = model.spec;
      picker.points(model.points);
      setText(headName, entry()?.label ?? "");
      formula.show(entry()?.formula);
      curvesBox.hidden = !isTwo();
      changed();
    },

    update(event) {
      const data = /** @type {any} */ (event.data);
      if ("heads" in data) {
        curves.update(data);
        key.replaceChildren(...curveKey(data, spec.head?.kind));
        return;
      }
      show(data);
    },

    theme() {
      picker.theme();
      curves.theme();
    },
    resize() {
      curves.redraw();
      picker.show();
    },
    destroy() {
      stop();
      picker.destroy();
      curves.destroy();
      element.replaceChildren();
    },
  };
}
