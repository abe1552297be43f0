// How strong a signal is layer by layer before training, on a logarithmic axis, for two starts.

/**
 * @import {Paper} from "./plot.js"
 *
 * @typedef {(number | null)[]} Signal one for each layer, the output last
 */

import { css } from "../color.js";
import { formatPower, logRange, logTicks } from "../insights.js";
import { linearScale } from "../scale.js";
import { createPlot, rule, strokeThrough, write } from "./plot.js";

const BOX = { left: 42, right: 10, top: 8, bottom: 18 };

const LABEL_WIDTH = 20;

/** @param {{label: string, output: string}} options `output` is the short name of the last layer. */
export function createSignalPlot({ label, output }) {
  /** @type {{own: Signal, other: Signal} | null} */
  let signals = null;

  const plot = createPlot({ name: "signal-plot", label, draw });

  /** @param {Paper} paper */
  function draw(paper) {
    if (!signals) return;
    const { width, height, colors } = paper;
    const { own, other } = signals;
    const range = logRange([...own, ...other]);
    const bottom = height - BOX.bottom;
    const up = linearScale(range, [bottom, BOX.top]);
    const last = Math.max(1, Math.max(own.length, other.length) - 1);
    const across = linearScale([0, last], [BOX.left + 8, width - BOX.right - 8]);

    for (const exponent of logTicks(range, Math.max(2, Math.floor(height / 26)))) {
      const y = up.map(exponent);
      rule(paper, [BOX.left, y], [width - BOX.right, y]);
      write(paper, formatPower(exponent), [BOX.left - 5, y], { align: "right" });
    }
    const spread = across.map(1) - across.map(0);
    const step = Math.max(1, Math.ceil(LABEL_WIDTH / spread));
    for (let layer = 0; (last - layer) * spread >= LABEL_WIDTH; layer += step) {
      write(paper, `${layer + 1}`, [across.map(layer), bottom + 10]);
    }
    write(paper, output, [across.map(last), bottom + 10]);
    const place = (/** @type {Signal} */ signal) =>
      signal.map((value, i) =>
        value && value > 0
          ? /** @type {[number, number]} */ ([
              across.map(i),
              up.map(Math.max(range[0], Math.log10(value))),
            ])
          : null,
      );
    line(paper, place(own), css(colors.ink), false);
    line(paper, place(other), css(colors.lines.negative), true);
  }

  return {
    ...plot,
    /** @param {Signal} own @param {Signal} other */
    update(own, other) {
      signals = { own, other };
      plot.redraw();
    },
  };
}

/**
 * @param {Paper} paper
 * @param {([number, number] | null)[]} points
 * @param {string} color
 * @param {boolean} dashed
 */
function line({ context, colors }, points, color, dashed) {
  context.strokeStyle = color;
  context.lineWidth = 1.8;
  context.setLineDash(dashed ? [5, 3] : []);
  strokeThrough(context, points);
  context.setLineDash([]);
  const radius = points.length > 16 ? 1.8 : 3;
  for (const point of points) {
    if (!point) continue;
    context.beginPath();
    if (dashed) context.rect(point[0] - radius, point[1] - radius, 2 * radius, 2 * radius);
    else context.arc(...point, radius, 0, 2 * Math.PI);
    context.fillStyle = color;
    context.fill();
    context.lineWidth = 1;
    context.strokeStyle = css(colors.surface);
    context.stroke();
  }
}
