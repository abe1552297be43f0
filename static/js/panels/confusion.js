import { classNames } from "../axes.js";
import { h, setText, setTip } from "../dom.js";
import { formatCount } from "../format.js";
import { formatShare, rowShares } from "../insights.js";
import { confusionTable, sortOf } from "../output-model.js";
import { labelKind } from "../parts/map-model.js";
import { createSegments, createSelect } from "../widgets.js";

/** @import {CardOptions, Panel} from "../panels.js" */
/** @import {OutputData} from "../output-model.js" */

/** From this many classes on there is only room for their numbers. */
const MANY = 4;
/** As wide as a digit. */
const FIGURE_SPACE = "\u2007";

/** Numbers cannot be mistaken for one another. @param {Record<string, any>} spec */
export const hasConfusion = ({ problem }) => labelKind(problem ?? "") !== "numbers";

/**
 * How often each class is taken for each.
 *
 * @param {HTMLElement} element
 * @param {CardOptions} options
 * @returns {Panel}
 */
export function createConfusionPanel(element, { t, head }) {
  const say = (/** @type {string} */ key, values = {}) => t(`insights.confusion.${key}`, values);
  let label = 0;
  let kind = labelKind("");
  /** @type {Record<string, any> | undefined} */
  let dataset;
  /** @type {OutputData | null} */
  let data = null;
  let shown = "";
  /** @type {{root: HTMLElement, value: Node}[][]} */
  let cells = [];

  const parts = createSegments({
    label: say("points"),
    options: [
      { value: "test", text: say("test") },
      { value: "train", text: say("train") },
    ],
    value: "test",
    onChange: () => show(),
  });
  const labels = createSelect({
    label: say("label"),
    help: say("tip_label"),
    onChange: (value) => {
      label = value;
      show();
    },
  });
  const table = h("table", { class: "confusion" });
  head.append(parts.element);
  element.append(labels.element, table);

  const usual = (/** @type {number} */ count) =>
    kind === "classes"
      ? Array.from({ length: count }, (_, k) => `${k + 1}`)
      : kind === "labels"
        ? [say("without"), say("with")]
        : ["\u2212", "+"];
  /** Those that the data have, where there are some. */
  const names = (/** @type {number} */ count) =>
    kind === "labels" ? usual(count) : classNames(dataset, usual(count));

  /** @param {number} count */
  function build(count) {
    const words = names(count);
    const numbers = usual(count);
    const named = words.some((name, k) => name !== numbers[k]);
    const many = count >= MANY || named;
    const heads = count >= MANY ? numbers : words;
    const titles = heads.map((name) =>
      h("th", { scope: "col" }, many ? name : say("predicted", { name })),
    );
    cells = [];
    const rows = words.map((name, i) => {
      const row = words.map((_, j) => {
        const value = document.createTextNode("");
        const root = h("td", { class: i === j ? "is-right" : "is-wrong" }, value);
        root.style.setProperty("--tint", tintOf(i, count));
        return { root, value };
      });
      cells.push(row);
      return h(
        "tr",
        {},
        h("th", { scope: "row" }, many ? name : say("true", { name })),
        ...row.map(({ root }) => root),
      );
    });
    table.replaceChildren(
      h("caption", { class: "visually-hidden" }, say("caption")),
      h(
        "thead",
        {},
        h("tr", {}, h("td", { class: "corner" }, many ? say("corner") : ""), ...titles),
      ),
      h("tbody", {}, ...rows),
    );
    table.classList.toggle("is-many", count >= MANY);
    table.classList.toggle("is-named", named);
  }

  const tintOf = (/** @type {number} */ row, /** @type {number} */ count) => {
    if (kind === "classes") return `var(--class-${row})`;
    if (kind === "labels") return row ? `var(--class-${label})` : "var(--ink-3)";
    return count === 2 && row === 0 ? "var(--negative)" : "var(--positive)";
  };

  function show() {
    if (!data || sortOf(data) === "number") return;
    const rows = confusionTable(data.confusion[parts.value], label);
    if (!rows) return;
    const key = JSON.stringify([kind, label, names(rows.length)]);
    if (key !== shown) {
      shown = key;
      build(rows.length);
    }
    const shares = rowShares(rows);
    const words = names(rows.length);
    const total = rows.flat().reduce((sum, n) => sum + n, 0);
    const digits = formatCount(total).length; // a count that gets a digit more is not to move
    rows.forEach((row, i) =>
      row.forEach((n, j) => {
        const { root, value } = cells[i][j];
        setText(value, formatCount(n).padStart(digits, FIGURE_SPACE));
        root.style.setProperty("--share", shares[i][j].toFixed(2));
        const values = {
          count: formatCount(n),
          share: formatShare(shares[i][j]),
          true: words[i],
          predicted: words[j],
        };
        setTip(root, say(i === j ? "right" : "wrong", values));
        root.removeAttribute("aria-description");
      }),
    );
  }

  return {
    wants: () => (kind === "numbers" ? [] : [{ kind: "output" }]),

    experiment({ spec }) {
      kind = labelKind(spec.problem);
      dataset = spec.dataset;
      const several = kind === "labels";
      label = several ? Math.min(label, spec.classes - 1) : 0;
      labels.element.hidden = !several;
      labels.update({
        options: classNames(
          dataset,
          Array.from({ length: several ? spec.classes : 0 }, (_, k) =>
            t("output.class_label", { number: k + 1 }),
          ),
        ).map((name, k) => ({ value: k, label: name, help: "" })),
        value: label,
      });
    },

    update(event) {
      data = /** @type {any} */ (event.data);
      show();
    },

    destroy() {
      element.replaceChildren();
    },
  };
}
