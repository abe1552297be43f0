import { h, setText, setTip } from "../dom.js";
import { formatLoss, formatPercent } from "../format.js";

/** @import {Frame} from "../protocol.js" */
/** @import {Translate} from "../i18n.js" */

/**
 * Losses and metrics as numbers. They change too often to be announced; they are there to be read.
 *
 * @param {HTMLElement} element
 * @param {{t: Translate}} options
 * @returns {{update: (frame: Pick<Frame, "loss" | "penalty" | "metrics">) => void}}
 */
export function createReadouts(element, { t }) {
  const readout = (/** @type {string} */ label, /** @type {string} */ name) => {
    const caption = h("span", { class: "readout-label", "aria-hidden": "true" }, label);
    const value = h("output", { class: "readout-value", "aria-label": label });
    const note = h("span", { class: "readout-note" });
    value.setAttribute("aria-live", "off");
    const root = h("div", { class: `readout readout-${name}` }, caption, value, note);
    element.append(root);
    return {
      show(/** @type {string} */ text, /** @type {string} */ more = "") {
        setText(value, text);
        setText(note, more);
      },
      /** What the value is, and what its note is: their words and terms. */
      mean(/** @type {string} */ name, /** @type {string} */ term, /** @type {string} */ noteTerm) {
        if (root.dataset.term === term && caption.textContent === name) return;
        setText(caption, name);
        value.setAttribute("aria-label", name);
        root.dataset.term = term;
        note.dataset.term = noteTerm;
      },
      note,
    };
  };

  const test = readout(t("output.test_loss"), "test");
  const training = readout(t("output.training_loss"), "training");
  const metric = readout(t("output.test_accuracy"), "metric");
  for (const item of [test, training, metric]) item.show(formatLoss(null));
  setTip(training.note, t("output.tip_penalty"));
  training.note.dataset.term = "penalty";

  return {
    update({ loss, penalty, metrics }) {
      test.show(formatLoss(loss.test));
      training.show(
        formatLoss(loss.train),
        penalty ? t("output.penalty_value", { value: formatLoss(penalty) }) : "",
      );
      if (metrics.r2) {
        metric.mean(t("output.test_r2"), "r2", "rmse");
        metric.show(
          formatLoss(metrics.r2.test),
          t("output.rmse_value", { value: formatLoss(metrics.rmse?.test) }),
        );
      } else {
        const { train, test: tested } = metrics.accuracy ?? { train: null, test: null };
        metric.mean(t("output.test_accuracy"), "accuracy", "accuracy");
        metric.show(
          formatPercent(tested ?? NaN),
          train === null ? "" : t("output.training_value", { value: formatPercent(train) }),
        );
      }
    },
  };
}
