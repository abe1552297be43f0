// For each layer, how often all weights of a unit are pushed the same way, by batch size: small bars.

/** @import {Translate} from "../i18n.js" */

import { h, setText, setTip } from "../dom.js";
import { formatCount } from "../format.js";
import { formatShare } from "../insights.js";
import { oncePerFrame } from "./canvas.js";
import { spread } from "./spread.js";

/** Pixels between two labels. */
const GAP = 2;
/** Of "100", for which the style sheet leaves room. */
const DIGITS = 3;

const textLength = (/** @type {HTMLElement} */ { textContent }) => textContent?.length ?? 0;

/**
 * @typedef {object} SignData
 * @property {number[]} batch_sizes the last is the whole training set
 * @property {{layer: number, fan_in: number, chance: number | null, shares: (number | null)[]}[]} layers
 */

/** @param {{t: Translate}} options */
export function createSignBars({ t }) {
  const element = h("div", {
    class: "sign-bars",
    role: "region",
    tabIndex: 0,
    "aria-label": t("insights.gradients.signs"),
    // Here arrows scroll; elsewhere they train.
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key.startsWith("Arrow")) event.stopPropagation();
    },
  });
  /** @type {{root: HTMLElement, chance: HTMLElement, note: HTMLElement, title: HTMLElement,
   *   bars: {root: HTMLElement, fill: HTMLElement, value: HTMLElement, size: HTMLElement}[]}[]} */
  let charts = [];

  /** Of narrow bars not every label is shown: the current one first, then both ends. The tip of a bar has its value. */
  const labels = oncePerFrame(() => {
    /** @type {(() => void)[]} */
    const writes = [];
    for (const { root, bars } of charts) {
      const edge = root.getBoundingClientRect();
      const boxes = bars.map((bar) => bar.root.getBoundingClientRect());
      const current = bars.findIndex((bar) => bar.root.classList.contains("is-current"));
      const order = [current, bars.length - 1, 0, ...bars.keys()].filter((k) => k >= 0);
      const place = (/** @type {HTMLElement[]} */ texts, /** @type {number[]} */ widths) => {
        const centers = boxes.map(({ left, width }) => left + width / 2 - edge.left);
        const shifts = spread(centers, widths, { order, room: edge.width, gap: GAP });
        writes.push(() => {
          texts.forEach((text, k) => {
            text.classList.toggle("is-crowded", shifts[k] === null);
            text.style.setProperty("--shift", `${shifts[k] ?? 0}px`);
          });
        });
      };
      const widthsOf = (/** @type {HTMLElement[]} */ texts) =>
        texts.map((text) => text.getBoundingClientRect().width);
      const values = bars.map((bar) => bar.value);
      // As wide as "100" whatever they are, so that none comes and goes while it trains.
      const digit = Math.max(
        ...widthsOf(values).map((width, k) => width / Math.max(DIGITS, textLength(values[k]))),
      );
      place(values, Array(values.length).fill(DIGITS * digit));
      const sizes = bars.map((bar) => bar.size);
      place(sizes, widthsOf(sizes));
    }
    writes.forEach((write) => write());
  });

  /** @param {number} sizes */
  function createChart(sizes) {
    const bars = Array.from({ length: sizes }, () => {
      const fill = h("span", { class: "sign-fill" });
      const value = h("span", { class: "sign-value" });
      const size = h("span", { class: "sign-size" });
      const column = h("span", { class: "sign-column" }, fill);
      return { root: h("li", { class: "sign-bar" }, value, column, size), fill, value, size };
    });
    const chance = h("span", { class: "sign-chance", "aria-hidden": "true" });
    const title = h("h4", { class: "sign-title" });
    const note = h("p", { class: "sign-note" });
    const list = h("ul", { class: "sign-list" }, ...bars.map((bar) => bar.root));
    const root = h("section", { class: "sign-chart" }, title, h("div", {}, list, chance), note);
    return { root, bars, chance, title, note };
  }

  return {
    element,
    resize: labels.request,
    /**
     * @param {SignData} data
     * @param {{names: string[], batch: number}} context `batch`: the size in use, as many as there are for full
     */
    update({ batch_sizes: sizes, layers }, { names, batch }) {
      if (charts.length !== layers.length || charts[0]?.bars.length !== sizes.length) {
        charts = layers.map(() => createChart(sizes.length));
        element.replaceChildren(...charts.map(({ root }) => root));
      }
      layers.forEach(({ fan_in: fanIn, chance, shares }, i) => {
        const chart = charts[i];
        setText(chart.title, names[i] ?? "");
        setText(
          chart.note,
          t("insights.gradients.chance", { count: fanIn, chance: formatShare(chance) }),
        );
        chart.chance.style.setProperty("--at", `${chance ?? 0}`);
        shares.forEach((share, k) => {
          const { root, fill, value, size } = chart.bars[k];
          const full = k === sizes.length - 1;
          const text = full ? t("settings.full") : formatCount(sizes[k]);
          root.classList.toggle("is-current", sizes[k] === batch);
          fill.style.setProperty("--share", `${share ?? 0}`);
          setText(value, share === null ? "–" : `${Math.round(100 * share)}`);
          setText(size, text);
          setTip(
            root,
            t("insights.gradients.bar", {
              layer: names[i] ?? "",
              size: full ? t("insights.gradients.all", { count: formatCount(sizes[k]) }) : text,
              share: share === null ? t("insights.gradients.none") : formatShare(share),
            }),
          );
          root.removeAttribute("aria-description");
        });
      });
      labels.request();
    },
  };
}
