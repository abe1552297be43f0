/**
 * The numbers beside the hidden space, and what they say.
 *
 * @import {Translate} from "../i18n.js"
 *
 * @typedef {{method: string, metric: "accuracy" | "r2", train: number | null, test: number | null,
 *   separable: true | null}} Probe
 * @typedef {{accuracy: number | null, correct: number, points: number, exact: boolean,
 *   binds_linear_model: boolean, line: {w1: number, w2: number, b: number}}} BestLine
 * @typedef {{linear: boolean, raw_weights: number[][], raw_bias: number[], residual: number | null}} Collapse
 */

import { h, setText } from "../dom.js";
import { formatPercent, formatShort, formatWeight } from "../format.js";
import { asWritten } from "../insights.js";
import { createTerm } from "./term.js";

/** A difference of accuracies that is worth a sentence. */
const NOTABLE = 0.02;

/**
 * @param {{t: Translate}} options
 */
export function createSpaceReadings({ t }) {
  const probe = createReading(t("panels.space.probe"), t("panels.space.tip_probe"));
  const line = createReading(t("panels.space.line"), t("panels.space.tip_line"));
  const input = createReading(t("panels.space.input_probe"), t("panels.space.tip_probe"));
  const caption = h("p", { class: "panel-caption" });
  const matrix = h("p", { class: "space-matrix" });
  const residual = h("p", { class: "panel-caption" });
  const collapse = h(
    "section",
    { class: "space-collapse", "aria-label": t("panels.collapse.title") },
    createTerm(t("panels.collapse.title"), t("panels.collapse.tip")),
    matrix,
    residual,
  );
  collapse.hidden = true;
  const element = h(
    "div",
    { class: "space-readings" },
    h("div", { class: "space-numbers" }, probe.element, line.element, input.element),
    collapse,
    caption,
  );

  return {
    element,

    /**
     * @param {{layer: string, probe: Probe | null, best: BestLine | null, input: Probe | null,
     *   isInput: boolean}} model
     */
    update({ layer, probe: here, best, input: there, isInput }) {
      probe.show(score(here, here?.train), here ? testNote(t, here) : "");
      line.element.hidden = best === null;
      input.element.hidden = best !== null || isInput;
      if (best) {
        const note = t(best.exact ? "panels.space.exact" : "panels.space.thinned", {
          correct: best.correct,
          points: best.points,
        });
        line.show(percent(best.accuracy), note);
      } else {
        input.show(score(there, there?.train), there ? testNote(t, there) : "");
      }
      const before = best ? best.accuracy : (there?.train ?? null);
      const values = { layer, probe: score(here, here?.train), before: score(here, before) };
      setText(caption, t(`panels.space.${verdict(here, before, isInput, best !== null)}`, values));
    },

    /** @param {Collapse | null} found @param {string[]} names of the inputs */
    collapse(found, names) {
      collapse.hidden = !found?.linear;
      if (!found?.linear) return;
      const rows = found.raw_weights.map((row, k) => {
        const terms = row
          .map((w, i) => `${formatWeight(w, 3)} · ${asWritten(names[i] ?? "")}`)
          .join(" + ");
        return `z = ${terms} + ${formatWeight(found.raw_bias[k], 3)}`.replaceAll("+ −", "− ");
      });
      setText(matrix, rows.join("\n"));
      const value = found.residual === null ? "–" : formatShort(found.residual);
      setText(residual, t("panels.collapse.residual", { value }));
    },
  };
}

/**
 * Which sentence holds.
 *
 * @param {Probe | null} probe
 * @param {number | null} before
 * @param {boolean} isInput
 * @param {boolean} exact `before` cannot be beaten
 */
export function verdict(probe, before, isInput, exact) {
  if (!probe || probe.train === null) return "waiting";
  if (probe.metric === "r2") return "says_r2";
  if (isInput) return probe.separable ? "says_input_separable" : "says_input";
  if (probe.separable) return before === 1 ? "says_still" : "says_separable";
  if (before === null || Math.abs(probe.train - before) < NOTABLE) return "says_same";
  if (probe.train < before) return exact ? "says_worse" : "says_worse_probe";
  return exact ? "says_better" : "says_better_probe";
}

/** @param {number | null | undefined} share */
const percent = (share) => (typeof share === "number" ? exactPercent(share) : "–");

/**
 * One decimal, and 100 only when all are right.
 *
 * @param {number} share
 */
const exactPercent = (share) =>
  share === 1
    ? formatPercent(1, 0)
    : share > 0.9995
      ? `>${formatPercent(0.999, 1)}`
      : formatPercent(share, 1);

/** @param {Probe | null} probe @param {number | null | undefined} value */
const score = (probe, value) =>
  probe?.metric === "r2"
    ? typeof value === "number"
      ? `R² ${formatWeight(value, 3)}`
      : "–"
    : percent(value);

/** @param {Translate} t @param {Probe} probe */
const testNote = (t, probe) => t("panels.space.test_value", { value: score(probe, probe.test) });

/** @param {string} name @param {string} tip */
function createReading(name, tip) {
  const value = h("dd", { class: "space-value" });
  const note = h("dd", { class: "space-note" });
  const label = h("dt", {}, createTerm(name, tip));
  return {
    element: h("dl", { class: "space-reading", "data-tip": tip }, label, value, note),
    /** @param {string} text @param {string} more */
    show(text, more) {
      setText(value, text);
      setText(note, more);
    },
  };
}
