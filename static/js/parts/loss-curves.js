// How strongly each output function corrects a wrong answer: |dL/dz| by logit, when the label is positive.

/**
 * @import {Translate} from "../i18n.js"
 * @import {Paper} from "./plot.js"
 *
 * @typedef {{z: number[], heads: {kind: string, label: string, loss: number[], slope: number[]}[]}} Curves
 */

import { css } from "../color.js";
import { h } from "../dom.js";
import { formatShort } from "../format.js";
import { clamp, linearScale } from "../scale.js";
import { createPlot, rule, strokeThrough, write } from "./plot.js";

const BOX = { left: 30, right: 10, top: 8, bottom: 18 };
export const DASHES = [[], [6, 3], [2, 3], [8, 3, 2, 3]];

/** @param {{t: Translate}} options */
export function createLossCurvesPlot({ t }) {
  /** @type {Curves | null} */
  let curves = null;
  let own = "";
  /** @type {number | null} */
  let logit = null;

  const plot = createPlot({
    name: "loss-curves",
    label: t("insights.output.curves_label"),
    draw,
  });

  /** @param {Paper} paper */
  function draw(paper) {
    if (!curves) return;
    const { context, width, height, colors } = paper;
    const { z, heads } = curves;
    const reach = z[z.length - 1];
    const bottom = height - BOX.bottom;
    const across = linearScale([-reach, reach], [BOX.left, width - BOX.right]);
    const steepest = Math.max(1, ...heads.flatMap(({ slope }) => slope.map(Math.abs)));
    const up = linearScale([0, steepest * 1.04], [bottom, BOX.top]);
    for (const tick of [0, 0.5, 1]) {
      rule(paper, [BOX.left, up.map(tick)], [width - BOX.right, up.map(tick)]);
      write(paper, formatShort(tick), [BOX.left - 5, up.map(tick)], { align: "right" });
    }
    for (const tick of [-10, -5, 0, 5, 10]) {
      write(paper, formatShort(tick), [across.map(tick), bottom + 10]);
    }
    heads.forEach(({ kind, slope }, k) => {
      const isOwn = kind === own;
      context.strokeStyle = css(isOwn ? colors.accent : colors.muted);
      context.lineWidth = isOwn ? 2.2 : 1.4;
      context.setLineDash(DASHES[k % DASHES.length]);
      strokeThrough(
        context,
        z.map((x, i) => [across.map(x), up.map(Math.abs(slope[i]))]),
      );
      context.setLineDash([]);
    });
    const at = heads.find(({ kind }) => kind === own);
    if (logit === null || !at) return;
    const x = clamp(logit, -reach, reach);
    const index = Math.round(((x + reach) / (2 * reach)) * (z.length - 1));
    rule(paper, [across.map(x), BOX.top], [across.map(x), bottom], css(colors.accent));
    context.beginPath();
    context.arc(across.map(x), up.map(Math.abs(at.slope[index])), 4, 0, 2 * Math.PI);
    context.fillStyle = css(colors.accent);
    context.fill();
  }

  return {
    ...plot,
    /** @param {Curves} next */
    update(next) {
      curves = next;
      plot.redraw();
    },
    /** @param {string} head @param {number | null} z */
    mark(head, z) {
      [own, logit] = [head, z];
      plot.redraw();
    },
  };
}

/**
 * What the lines stand for.
 *
 * @param {Curves} curves
 * @param {string | undefined} own
 */
export const curveKey = ({ heads }, own) =>
  heads.map(({ kind, label }, k) =>
    h(
      "li",
      { class: kind === own ? "is-own" : "", "data-components": `head:${kind}` },
      h("span", { class: `mark mark-dash-${k % DASHES.length}` }),
      label,
    ),
  );
