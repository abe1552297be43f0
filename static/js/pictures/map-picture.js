// The decision map as a picture: its ground as an image, points, lines and axes as vectors.

/**
 * @import {Translate} from "../i18n.js"
 * @import {ThemeColors} from "../parts/theme-colors.js"
 *
 * @typedef {object} MapState What the view shows.
 * @property {HTMLCanvasElement} ground
 * @property {(context: CanvasRenderingContext2D, size: number) => void} drawLines contours
 * @property {(context: CanvasRenderingContext2D, size: number) => void} drawMarks points, and a border
 * @property {string} title of a unit that is shown in place of the output, else empty
 * @property {[string, string]} axes names of x1 and x2
 * @property {(axis: 0 | 1) => {at: number, text: string}[]} ticks `at` in plot units
 */

import { css } from "../color.js";
import { EXTENT } from "../parts/map-model.js";
import { rule, write } from "../parts/plot.js";
import { createVectors, picture, tag } from "./vectors.js";

const SIZE = 480;
const MARGIN = { left: 46, top: 34, right: 16, bottom: 44 };
const TICK = 5;

/**
 * @param {MapState} state
 * @param {{t: Translate, colors: ThemeColors}} options
 */
export function drawMap({ ground, drawLines, drawMarks, title, axes, ticks }, { t, colors }) {
  const [plot, around] = [createVectors(), createVectors()];
  plot.add(
    tag("image", {
      width: SIZE,
      height: SIZE,
      href: ground.toDataURL(),
      preserveAspectRatio: "none",
    }),
  );
  drawLines(plot.context, SIZE);
  drawMarks(plot.context, SIZE);

  const size = {
    width: SIZE + MARGIN.left + MARGIN.right,
    height: SIZE + MARGIN.top + MARGIN.bottom,
  };
  const paper = { context: around.context, ...size, colors };
  const [left, bottom] = [MARGIN.left, MARGIN.top + SIZE];
  const pixel = (/** @type {number} */ value) => ((value + EXTENT) / (2 * EXTENT)) * SIZE;
  around.context.font = "11px sans-serif";
  for (const { at, text } of ticks(0)) {
    const x = left + pixel(at);
    rule(paper, [x, bottom], [x, bottom + TICK], css(colors.faint));
    write(paper, text, [x, bottom + 14]);
  }
  for (const { at, text } of ticks(1)) {
    const y = bottom - pixel(at);
    rule(paper, [left - TICK, y], [left, y], css(colors.faint));
    write(paper, text, [left - 8, y], { align: "right" });
  }
  around.context.font = "600 12px sans-serif";
  const ink = css(colors.ink);
  write(paper, axes[0], [left + SIZE / 2, bottom + 32], { color: ink });
  around.context.save();
  around.context.translate(13, MARGIN.top + SIZE / 2);
  around.context.rotate(-Math.PI / 2);
  write(paper, axes[1], [0, 0], { color: ink });
  around.context.restore();
  const name = title || t("pictures.output");
  around.context.font = "600 13px sans-serif";
  write(paper, name, [left, 17], { align: "left", color: ink });

  const inside = tag(
    "svg",
    { x: left, y: MARGIN.top, width: SIZE, height: SIZE },
    plot.elements.join(""),
  );
  const options = { ...size, title: t("pictures.map"), ground: css(colors.surface) };
  return picture(options, [inside, ...around.elements]);
}
