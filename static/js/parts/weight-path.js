// The way of two weights through their plane, and the rose of its directions.

/**
 * @import {Translate} from "../i18n.js"
 * @import {Paper} from "./plot.js"
 *
 * @typedef {[number[], number[]]} Path
 */

import { css } from "../color.js";
import { formatShort, formatWeight } from "../format.js";
import { formatShare, quadrants, squareAround } from "../insights.js";
import { linearScale, ticks } from "../scale.js";
import { createPlot, rule, strokeThrough, write } from "./plot.js";

const BOX = { left: 48, right: 10, top: 6, bottom: 18 };
/** More arrow heads than this would hide the line. */
const ARROWS = 60;
/** Of a weight at its start. */
const DECIMALS = 3;

/** @param {{t: Translate}} options */
export function createPathPlot({ t }) {
  /** @type {Path | null} */
  let path = null;
  /** @type {[number, number]} */
  let start = [0, 0];

  const plot = createPlot({
    name: "path-plot",
    draw: (paper) => path && drawPath(paper, path, start),
  });
  plot.element.setAttribute("role", "img");
  return {
    ...plot,
    /** @param {Path | null} next @param {[number, number]} from the two weights before the first update */
    update(next, from) {
      path = next && fromStart(next);
      start = from;
      const [across, up] = start.map((weight) => formatWeight(weight, DECIMALS));
      plot.element.setAttribute("aria-label", t("insights.gradients.path_label", { across, up }));
      plot.redraw();
    },
  };
}

/**
 * A weight at its start, and how far it is from there elsewhere: the digits of its values would hide it.
 *
 * @param {number} tick
 * @param {number} start
 * @returns {string}
 */
const tickLabel = (tick, start) =>
  tick === 0 ? formatWeight(start, DECIMALS) : `${tick > 0 ? "+" : ""}${formatShort(tick)}`;

/**
 * @param {Paper} paper
 * @param {Path} path
 * @param {[number, number]} start
 */
function drawPath(paper, path, start) {
  const { context, width, height, colors } = paper;
  const side = Math.min(width - BOX.left - BOX.right, height - BOX.top - BOX.bottom);
  const [left, bottom] = [BOX.left, BOX.top + side];
  const window = squareAround(path);
  const across = linearScale(window.x, [left, left + side]);
  const up = linearScale(window.y, [bottom, BOX.top]);

  const tickColor = (/** @type {number} */ tick) => css(tick === 0 ? colors.ink : colors.faint);
  for (const tick of ticks(...window.x, 2)) {
    rule(paper, [across.map(tick), BOX.top], [across.map(tick), bottom]);
    const align = across.map(tick) > left + side - 20 ? "right" : "center";
    write(paper, tickLabel(tick, start[0]), [across.map(tick), bottom + 11], {
      align,
      color: tickColor(tick),
    });
  }
  for (const tick of ticks(...window.y, 3)) {
    rule(paper, [left, up.map(tick)], [left + side, up.map(tick)]);
    write(paper, tickLabel(tick, start[1]), [left - 5, up.map(tick)], {
      align: "right",
      color: tickColor(tick),
    });
  }
  const points = path[0].map(
    (x, i) => /** @type {[number, number]} */ ([across.map(x), up.map(path[1][i])]),
  );
  context.lineWidth = 1.2;
  for (let i = 1; i < points.length; i++) {
    const same = (path[0][i] - path[0][i - 1]) * (path[1][i] - path[1][i - 1]) > 0;
    context.strokeStyle = css(same ? colors.lines.negative : colors.accent, 0.85);
    context.setLineDash(same ? [] : [3, 2]);
    strokeThrough(context, [points[i - 1], points[i]]);
  }
  context.setLineDash([]);
  const every = Math.max(1, Math.ceil(points.length / ARROWS));
  for (let i = every; i < points.length; i += every) {
    const same = (path[0][i] - path[0][i - 1]) * (path[1][i] - path[1][i - 1]) > 0;
    arrowHead(context, points[i - 1], points[i], css(same ? colors.lines.negative : colors.accent));
  }
  const [first, last] = [points[0], points[points.length - 1]];
  context.beginPath();
  context.arc(...first, 4, 0, 2 * Math.PI);
  context.fillStyle = css(colors.surface);
  context.fill();
  context.lineWidth = 1.8;
  context.strokeStyle = css(colors.ink);
  context.stroke();
  context.beginPath();
  context.arc(...last, 4, 0, 2 * Math.PI);
  context.fillStyle = css(colors.ink);
  context.fill();
}

/**
 * How far the weights have moved: their values change so little that their digits would say nothing.
 *
 * @param {Path} path
 * @returns {Path}
 */
const fromStart = ([first, second]) => [
  first.map((value) => value - first[0]),
  second.map((value) => value - second[0]),
];

/**
 * @param {CanvasRenderingContext2D} context
 * @param {[number, number]} from
 * @param {[number, number]} to
 * @param {string} color
 */
function arrowHead(context, [x0, y0], [x1, y1], color) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (length < 2) return;
  const size = Math.min(5, length);
  const angle = Math.atan2(y1 - y0, x1 - x0);
  context.beginPath();
  for (const turn of [0, 2.6, -2.6]) {
    const [dx, dy] = [Math.cos(angle + turn), Math.sin(angle + turn)];
    context.lineTo(x1 + (turn ? size * dx : 0), y1 + (turn ? size * dy : 0));
  }
  context.closePath();
  context.fillStyle = color;
  context.fill();
}

/** The share of steps into each quadrant, as sectors whose area is the share. @param {{t: Translate}} options */
export function createRose({ t }) {
  /** @type {[number, number, number, number]} */
  let counts = [0, 0, 0, 0];

  const plot = createPlot({
    name: "rose-plot",
    label: t("insights.gradients.rose_label"),
    draw(paper) {
      const { context, width, height, colors } = paper;
      const radius = Math.min(width, height) / 2 - 4;
      const [x, y] = [width / 2, height / 2];
      const total = counts.reduce((sum, count) => sum + count, 0);
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.strokeStyle = css(colors.line);
      context.stroke();
      counts.forEach((count, k) => {
        if (!count) return;
        const same = k % 2 === 0;
        context.beginPath();
        context.moveTo(x, y);
        const from = (-k * Math.PI) / 2;
        context.arc(x, y, radius * Math.sqrt(count / total), from, from - Math.PI / 2, true);
        context.closePath();
        context.fillStyle = css(same ? colors.lines.negative : colors.accent, 0.3);
        context.fill();
        context.strokeStyle = css(same ? colors.lines.negative : colors.accent);
        context.lineWidth = 1.8;
        context.setLineDash(same ? [] : [3, 2]);
        context.stroke();
        context.setLineDash([]);
      });
      rule(paper, [x - radius, y], [x + radius, y], css(colors.lineStrong));
      rule(paper, [x, y - radius], [x, y + radius], css(colors.lineStrong));
      const place = radius * 0.6;
      const ends = [
        [1, -1],
        [-1, -1],
        [-1, 1],
        [1, 1],
      ];
      counts.forEach((count, k) => {
        const share = total ? formatShare(count / total) : "\u2013";
        write(paper, share, [x + ends[k][0] * place, y + ends[k][1] * place], {
          color: css(colors.ink),
        });
      });
    },
  });
  return {
    ...plot,
    /** @param {Path | null} path */
    update(path) {
      counts = path ? quadrants(path) : [0, 0, 0, 0];
      plot.redraw();
    },
  };
}
