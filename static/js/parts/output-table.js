// The outputs at a point as rows: logit, probability as a bar, and the loss that each label would have.

/** @import {Translate} from "../i18n.js" */
/** @import {Row, Sort} from "../output-model.js" */

import { h, setEndText } from "../dom.js";
import { formatLoss, formatPercent, formatWeight } from "../format.js";

/** @typedef {{name: string, color: string}} Name */

/** @param {{t: Translate}} options */
export function createOutputTable({ t }) {
  const say = (/** @type {string} */ key, values = {}) => t(`insights.output.${key}`, values);
  const head = h("tr");
  const body = h("tbody");
  const element = h(
    "table",
    { class: "output-table" },
    h("caption", { class: "visually-hidden" }, say("table")),
    h("thead", {}, head),
    body,
  );
  let shown = "";
  /** @type {{logit: HTMLElement, value: HTMLElement, bar: HTMLElement, losses: HTMLElement[]}[]} */
  let cells = [];

  /**
   * @param {Name[]} names
   * @param {{sort: Sort, probabilities: boolean, losses: number}} form
   */
  function build(names, { sort, probabilities, losses }) {
    element.classList.toggle("has-bars", probabilities);
    const lossHeads =
      losses === 1
        ? [say(sort === "number" ? "loss_number" : "loss")]
        : sort === "labels"
          ? [say("loss_absent"), say("loss_present")]
          : [say("loss_0"), say("loss_1")];
    const isNamed = sort !== "number" && (sort !== "two" || probabilities);
    const value = probabilities ? "probability" : "output";
    const titles = [
      [isNamed ? say(sort === "labels" ? "label" : "class") : "", "class"],
      [say("logit"), "logit"],
      [say(value), probabilities ? "probability" : "output_function"],
      ...lossHeads.map((text) => [text, "loss"]),
    ];
    head.replaceChildren(
      ...titles.map(([title, term]) => h("th", { scope: "col", "data-term": term }, title)),
    );
    cells = names.map(() => ({
      logit: h("td"),
      value: h("span"),
      bar: h("span", { class: "share-fill" }),
      losses: Array.from({ length: losses }, () => h("td")),
    }));
    body.replaceChildren(
      ...names.map(({ name, color }, i) => {
        const { logit, value, bar, losses: own } = cells[i];
        const patch = h("span", { class: "patch", "aria-hidden": "true" });
        patch.style.background = color;
        bar.style.background = color;
        const track = h("span", { class: "share-bar", "aria-hidden": "true" }, bar);
        track.hidden = !probabilities;
        return h(
          "tr",
          {},
          h(
            "th",
            { scope: "row", "data-term": isNamed ? "class" : "output_function" },
            color && patch,
            name,
          ),
          logit,
          h("td", { class: "is-share" }, h("span", { class: "share-cell" }, track, value)),
          ...own,
        );
      }),
    );
  }

  return {
    element,
    /**
     * @param {Row[]} rows
     * @param {{sort: Sort, probabilities: boolean, names: Name[]}} form
     */
    update(rows, { sort, probabilities, names }) {
      const form = { sort, probabilities, losses: rows[0]?.losses.length ?? 1 };
      const key = JSON.stringify([form, names]);
      if (key !== shown) {
        shown = key;
        build(names, form);
      }
      rows.forEach(({ logit, output, losses }, i) => {
        const cell = cells[i];
        if (!cell) return;
        setEndText(cell.logit, formatWeight(logit, 2));
        setEndText(cell.value, probabilities ? formatPercent(output) : formatWeight(output, 3));
        cell.bar.style.setProperty("--share", `${probabilities ? output : 0}`);
        losses.forEach((loss, k) => setEndText(cell.losses[k], formatLoss(loss)));
      });
    },
  };
}
