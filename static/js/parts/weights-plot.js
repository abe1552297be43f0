// The starting weights of a layer as a histogram, under the distribution that they were drawn from.

/**
 * @import {Family, Histogram} from "../insights.js"
 * @import {Paper} from "./plot.js"
 *
 * @typedef {{histogram: Histogram, std: number | null, family: Family}} Start
 */

import { css } from "../color.js";
import { formatShort } from "../format.js";
import { coarser, expectedCount } from "../insights.js";
import { linearScale } from "../scale.js";
import { drawBar } from "./canvas.js";
import { createPlot, rule, strokeThrough, write } from "./plot.js";

const BOX = { left: 8, right: 8, top: 6, bottom: 16 };
const SAMPLES = 120;

/** @param {{label: string, look: "own" | "other"}} options */
export function createWeightsPlot({ label, look }) {
  /** @type {Start | null} */
  let start = null;
  /** The half width of the picture, shared with its neighbour. */
  let reach = 1;

  const plot = createPlot({ name: "weights-plot", label, draw });

  /** @param {Paper} paper */
  function draw(paper) {
    if (!start) return;
    const { context, width, height, colors } = paper;
    const { histogram, std, family } = start;
    const { counts, range } = histogram;
    const bottom = height - BOX.bottom;
    const across = linearScale([-reach, reach], [BOX.left, width - BOX.right]);
    const bin = (range[1] - range[0]) / counts.length;
    const n = counts.reduce((sum, count) => sum + count, 0);
    const expected =
      std && family !== "none" ? expectedCount(family, { std, n, width: bin }) : null;
    const most = Math.max(1, ...counts, expected ? expected(0) : 0) * 1.05;
    const up = linearScale([0, most], [bottom, BOX.top]);
    const color = look === "own" ? colors.ink : colors.lines.negative;

    counts.forEach((count, i) => {
      if (!count) return;
      const left = across.map(range[0] + i * bin);
      const right = across.map(range[0] + (i + 1) * bin);
      const [y, width] = [up.map(count), Math.max(1, right - left - 0.5)];
      drawBar(context, { x: left, y, width, height: bottom - y }, css(color, 0.32), css(color));
    });
    rule(paper, [BOX.left, bottom], [width - BOX.right, bottom], css(colors.lineStrong));
    if (expected) {
      context.strokeStyle = css(color);
      context.lineWidth = 1.6;
      context.setLineDash(look === "own" ? [] : [5, 3]);
      const line = Array.from({ length: SAMPLES + 1 }, (_, i) => {
        const x = -reach + (2 * reach * i) / SAMPLES;
        return /** @type {[number, number]} */ ([across.map(x), up.map(expected(x))]);
      });
      strokeThrough(context, line);
      context.setLineDash([]);
    }
    write(paper, formatShort(-reach), [BOX.left, bottom + 9], { align: "left" });
    write(paper, "0", [across.map(0), bottom + 9]);
    write(paper, formatShort(reach), [width - BOX.right, bottom + 9], { align: "right" });
  }

  return {
    ...plot,
    /** @param {Start} next @param {number} half */
    update(next, half) {
      start = { ...next, histogram: coarser(next.histogram) };
      reach = half;
      plot.redraw();
    },
  };
}
