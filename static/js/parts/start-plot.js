// How each loss comes back from a confidently wrong start: relative losses by epoch, on a logarithmic axis.

/**
 * @import {Translate} from "../i18n.js"
 * @import {Paper} from "./plot.js"
 *
 * @typedef {{kind: string, label: string, losses: (number | null)[], recovered: number | null,
 *   diverged: boolean}} Run `losses` over the loss of the usual start.
 * @typedef {{bias: number, runs: Run[]}} StartData
 */

import { css } from "../color.js";
import { h } from "../dom.js";
import { formatShort } from "../format.js";
import { linearScale, ticks } from "../scale.js";
import { DASHES } from "./loss-curves.js";
import { createPlot, rule, strokeThrough, write } from "./plot.js";

const BOX = { left: 34, right: 12, top: 8, bottom: 18 };
const LOWEST = 0.01;

/** @param {{t: Translate}} options */
export function createStartPlot({ t }) {
  /** @type {StartData | null} */
  let data = null;
  let own = "";

  const plot = createPlot({
    name: "start-plot",
    label: t("insights.output.start_label"),
    draw,
  });

  /** @param {Paper} paper */
  function draw(paper) {
    if (!data?.runs.length) return;
    const { context, width, height, colors } = paper;
    const { runs } = data;
    const bottom = height - BOX.bottom;
    const epochs = Math.max(1, ...runs.map(({ losses }) => losses.length - 1));
    const highest = Math.max(2, ...runs.flatMap(({ losses }) => losses.map((loss) => loss ?? 0)));
    const across = linearScale([0, epochs], [BOX.left, width - BOX.right]);
    const up = linearScale([Math.log10(LOWEST), Math.log10(highest) + 0.1], [bottom, BOX.top]);
    const place = (/** @type {number} */ loss) => up.map(Math.log10(Math.max(loss, LOWEST)));

    for (const tick of [0.01, 0.1, 1]) {
      const color = tick === 1 ? css(colors.ink, 0.5) : undefined;
      rule(paper, [BOX.left, place(tick)], [width - BOX.right, place(tick)], color);
      write(paper, formatShort(tick), [BOX.left - 5, place(tick)], { align: "right" });
    }
    write(paper, t("insights.output.start_usual"), [width - BOX.right, place(1) + 8], {
      align: "right",
    });
    for (const tick of ticks(0, epochs, 4)) {
      write(paper, formatShort(tick), [across.map(tick), bottom + 10]);
    }
    runs.forEach(({ kind, losses, recovered }, k) => {
      const isOwn = kind === own;
      context.strokeStyle = css(isOwn ? colors.accent : colors.muted);
      context.lineWidth = isOwn ? 2.2 : 1.4;
      context.setLineDash(DASHES[k % DASHES.length]);
      strokeThrough(
        context,
        losses.map((loss, epoch) => (loss === null ? null : [across.map(epoch), place(loss)])),
      );
      context.setLineDash([]);
      const loss = recovered === null ? null : losses[recovered];
      if (loss === null) return;
      context.beginPath();
      context.arc(across.map(recovered ?? 0), place(loss), 3, 0, 2 * Math.PI);
      context.fillStyle = context.strokeStyle;
      context.fill();
    });
  }

  return {
    ...plot,
    /** @param {StartData} next @param {string} head the output function in use */
    update(next, head) {
      [data, own] = [next, head];
      plot.redraw();
    },
  };
}

/**
 * What the lines stand for, and when each loss is back.
 *
 * @param {Translate} t
 * @param {StartData} data
 * @param {string | undefined} own
 */
export const startKey = (t, { runs }, own) =>
  runs.map(({ kind, label: name, losses, recovered }, k) => {
    const count = recovered ?? losses.length - 1;
    const text = recovered === null ? "not_recovered" : "recovered";
    return h(
      "li",
      { class: kind === own ? "is-own" : "" },
      h("span", { class: `mark mark-dash-${k % DASHES.length}` }),
      t(`insights.output.${text}`, { name, count }),
    );
  });
