/**
 * Training and test loss over the epochs.
 *
 * @import uPlot from "uplot"
 * @import {Translate} from "../i18n.js"
 * @import {Series} from "../history.js"
 */

import { css } from "../color.js";
import { h, setText, setTip } from "../dom.js";
import { formatCount, formatLoss, formatShort } from "../format.js";
import { createHistory } from "../history.js";
import { FONT } from "../parts/canvas.js";
import { readThemeColors } from "../parts/theme-colors.js";
import { magnification } from "../magnification.js";

/**
 * @param {HTMLElement} element
 * @param {{t: Translate, onLog?: (log: boolean) => void}} options
 */
export function createLossChart(element, { t, onLog = () => {} }) {
  const history = createHistory();
  let colors = readThemeColors();
  let log = false;
  let [width, height] = [0, 0];
  /** Pixels for each unit of length, when the chart was made. */
  let unit = 1;
  let request = 0;
  /** @type {uPlot | null} */
  let plot = null;
  /** The library that draws; fetched with the first curve. @type {typeof uPlot | null} */
  let library = null;
  let fetching = false;

  const readout = h("span", { class: "chart-readout" });
  const key = (/** @type {string} */ name, /** @type {string} */ text) =>
    h("span", { class: `chart-key is-${name}` }, text);
  const toggle = h(
    "button",
    {
      type: "button",
      class: "chart-log",
      "aria-pressed": "false",
      "aria-label": t("chart.log_label"),
      onclick: () => {
        setLog(!log);
        onLog(log);
      },
    },
    t("chart.log"),
  );
  setTip(toggle, t("chart.tip_log"));
  const head = h(
    "div",
    { class: "chart-head" },
    key("test", t("chart.test")),
    key("train", t("chart.train")),
    readout,
    toggle,
  );
  const empty = h("p", { class: "chart-empty" }, t("chart.empty"));
  const canvas = h(
    "div",
    { class: "chart-plot", role: "img", "aria-label": t("chart.label") },
    empty,
  );
  const root = h("div", { class: "chart-view" }, head, canvas);
  element.append(root);

  /** On a logarithmic axis 0 and less have no place. */
  function data() {
    const { epoch, train, test } = history.series;
    /** @param {(number | null)[]} curve */
    const shown = (curve) =>
      log ? curve.map((value) => (value !== null && value > 0 ? value : null)) : curve;
    return /** @type {uPlot.AlignedData} */ ([epoch, shown(test), shown(train)]);
  }

  function build() {
    plot?.destroy();
    plot = null;
    empty.hidden = history.series.epoch.length > 1;
    if (width === 0 || !empty.hidden) return;
    if (!library) {
      fetchLibrary();
      return;
    }
    plot = new library(chartOptions(), data(), canvas);
  }

  /** With the first curve, so that the page is there sooner. */
  async function fetchLibrary() {
    if (fetching) return;
    fetching = true;
    try {
      library = (await import("uplot")).default;
      build();
    } catch (error) {
      console.error(error); // the next point tries again
    }
    fetching = false;
  }

  /** @returns {uPlot.Options} */
  function chartOptions() {
    unit = magnification();
    const u = (/** @type {number} */ units) => units * unit;
    const axis = {
      stroke: () => css(colors.faint),
      font: FONT.replace(/\d+/, (size) => `${u(Number(size))}`),
      grid: { stroke: () => css(colors.line), width: 1 },
      ticks: { show: false },
    };
    return {
      width,
      height,
      padding: [u(6), u(14), 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: false, y: false },
        points: { size: u(6), width: u(1.5) },
      },
      hooks: { setCursor: [({ cursor }) => showAt(cursor.idx ?? null)] },
      scales: {
        x: { time: false, range: (_, low, high) => [low, Math.max(high, low + 1)] },
        y: log
          ? { distr: 3, range: (_, low, high) => logRange(low, high) }
          : { range: (_, low, high) => linearRange(low, high) },
      },
      axes: [
        {
          ...axis,
          size: u(20),
          gap: u(4),
          space: u(56),
          values: (_, splits) => splits.map((value) => (value % 1 ? "" : shortCount(value))),
        },
        {
          ...axis,
          size: u(40),
          gap: u(5),
          space: u(26),
          values: (_, splits) => splits.map((value) => (value === null ? "" : formatShort(value))),
        },
      ],
      series: [
        {},
        { stroke: () => css(colors.ink), width: u(1.6), points: { show: false }, spanGaps: true },
        {
          stroke: () => css(colors.faint),
          width: u(1.4),
          dash: [u(5), u(3)],
          points: { show: false },
          spanGaps: true,
        },
      ],
    };
  }

  /** @param {number | null} index */
  function showAt(index) {
    const { epoch, train, test } = history.series;
    if (index === null || index >= epoch.length) {
      setText(readout, "");
      head.classList.remove("is-reading");
      return;
    }
    head.classList.add("is-reading");
    const values = {
      epoch: formatCount(epoch[index]),
      train: formatLoss(train[index]),
      test: formatLoss(test[index]),
    };
    setText(readout, t("chart.reading", values));
  }

  function draw() {
    request = 0;
    if (plot && history.series.epoch.length > 1) plot.setData(data());
    else build();
  }

  function schedule() {
    request ||= requestAnimationFrame(draw);
  }

  /** @param {boolean} newLog */
  function setLog(newLog) {
    log = newLog;
    toggle.setAttribute("aria-pressed", String(log));
    build();
  }

  function measure() {
    const { clientWidth, clientHeight } = canvas;
    const isSame = clientWidth === width && clientHeight === height;
    if (clientWidth === 0 || (isSame && unit === magnification())) return;
    [width, height] = [clientWidth, clientHeight];
    if (plot && unit === magnification()) plot.setSize({ width, height });
    else build();
  }

  return {
    /** @param {Series} series all there is so far */
    history(series) {
      history.load(series);
      schedule();
    },

    /**
     * Adds a point, which the next `refresh` draws.
     *
     * @param {number} epoch
     * @param {number | null} train
     * @param {number | null} test
     */
    append(epoch, train, test) {
      history.append(epoch, train, test);
    },

    refresh: schedule,

    clear() {
      history.clear();
      schedule();
    },

    resize: measure,

    theme() {
      colors = readThemeColors();
      plot?.redraw(false, true);
    },

    setLog,

    /** What is to be seen, for a picture; null before there is a curve. */
    state: () => (history.series.epoch.length > 1 ? { series: history.series, log } : null),

    destroy() {
      cancelAnimationFrame(request);
      plot?.destroy();
      root.remove();
    },
  };
}

/**
 * @param {number | null} low
 * @param {number | null} high
 * @returns {[number, number]}
 */
export function linearRange(low, high) {
  if (low === null || high === null) return [0, 1];
  return [Math.min(0, low), high > low ? high * 1.05 : high + 0.1];
}

/**
 * Whole powers of ten around the values.
 *
 * @param {number | null} low
 * @param {number | null} high
 * @returns {[number, number]}
 */
export function logRange(low, high) {
  if (!low || !high) return [0.01, 1];
  const bottom = Math.floor(Math.log10(low) + 1e-9);
  const top = Math.max(bottom + 1, Math.ceil(Math.log10(high) - 1e-9));
  return [10 ** bottom, 10 ** top];
}

/** @param {number} value */
function shortCount(value) {
  if (value >= 1e6) return `${formatShort(value / 1e6)}M`;
  return value >= 10_000 ? `${formatShort(value / 1000)}k` : formatCount(value);
}
