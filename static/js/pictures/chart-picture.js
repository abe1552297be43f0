// The loss chart as vectors.

/**
 * @import {History, Series} from "../history.js"
 * @import {Translate} from "../i18n.js"
 * @import {ThemeColors} from "../parts/theme-colors.js"
 *
 * @typedef {{series: Series, log: boolean}} ChartState What the view shows.
 */

import { css } from "../color.js";
import { formatCount, formatShort } from "../format.js";
import { rule, strokeThrough, write } from "../parts/plot.js";
import { linearScale, ticks } from "../scale.js";
import { linearRange, logRange } from "../views/loss-chart.js";
import { createVectors, picture } from "./vectors.js";

const SIZE = { width: 720, height: 360 };
const BOX = { left: 58, right: 20, top: 40, bottom: 44 };
const FONT = "11px sans-serif";
const TITLE_FONT = "600 12px sans-serif";

/**
 * @param {ChartState} state
 * @param {{t: Translate, colors: ThemeColors}} options
 */
export function drawChart({ series: { epoch, train, test }, log }, { t, colors }) {
  const vectors = createVectors();
  const { context } = vectors;
  const paper = { context, ...SIZE, colors };
  const last = Math.max(1, epoch.at(-1) ?? 0);
  const [right, bottom] = [SIZE.width - BOX.right, SIZE.height - BOX.bottom];
  const across = linearScale([epoch[0] ?? 0, last], [BOX.left, right]);

  const shown = (/** @type {number | null} */ value) => value !== null && (!log || value > 0);
  const values = /** @type {number[]} */ ([...train, ...test].filter(shown));
  const low = values.length ? Math.min(...values) : null;
  const high = values.length ? Math.max(...values) : null;
  const range = log ? logRange(low, high) : linearRange(low, high);
  const bend = log ? Math.log10 : (/** @type {number} */ value) => value;
  const up = linearScale([bend(range[0]), bend(range[1])], [bottom, BOX.top]);

  context.font = FONT;
  const marks = log ? powers(range) : ticks(range[0], range[1], 6);
  for (const value of marks) {
    const y = up.map(bend(value));
    rule(paper, [BOX.left, y], [right, y]);
    write(paper, formatShort(value), [BOX.left - 8, y], { align: "right" });
  }
  for (const value of ticks(epoch[0] ?? 0, last, 8)) {
    if (value % 1) continue;
    rule(paper, [across.map(value), bottom], [across.map(value), bottom + 5], css(colors.faint));
    write(paper, formatCount(value), [across.map(value), bottom + 15]);
  }

  /** @type {[string, (number | null)[], string, number[]][]} */
  const curves = [
    [t("chart.train"), train, css(colors.faint), [5, 3]],
    [t("chart.test"), test, css(colors.ink), []],
  ];
  context.lineJoin = "round";
  let key = right;
  for (const [name, curve, color, dash] of curves) {
    context.strokeStyle = color;
    context.lineWidth = 1.8;
    context.setLineDash(dash);
    strokeThrough(
      context,
      curve.map((value, i) =>
        shown(value) ? [across.map(epoch[i]), up.map(bend(Number(value)))] : null,
      ),
    );
    context.font = TITLE_FONT;
    write(paper, name, [key, 18], { align: "right", color: css(colors.ink) });
    key -= context.measureText(name).width + 8;
    context.lineWidth = 1.8;
    context.strokeStyle = color;
    strokeThrough(context, [
      [key - 22, 18],
      [key, 18],
    ]);
    key -= 44;
    context.setLineDash([]);
  }
  write(paper, t("pictures.loss"), [BOX.left, 18], { align: "left", color: css(colors.ink) });
  write(paper, t("pictures.epoch"), [(BOX.left + right) / 2, bottom + 34], {
    color: css(colors.ink),
  });
  const options = { ...SIZE, title: t("pictures.chart"), ground: css(colors.surface) };
  return picture(options, vectors.elements);
}

/** @param {[number, number]} range */
function powers([low, high]) {
  const [first, last] = [Math.round(Math.log10(low)), Math.round(Math.log10(high))];
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
}
