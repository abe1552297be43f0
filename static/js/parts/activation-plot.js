// The picture of an activation function: it, its derivative, the live inputs, and a place on the x axis
// that is moved by dragging or with the arrow keys.

/**
 * @import {Curve, Histogram} from "../insights.js"
 * @import {Translate} from "../i18n.js"
 * @import {Paper} from "./plot.js"
 *
 * @typedef {object} ActivationPicture
 * @property {Curve} curve
 * @property {Histogram} histogram
 * @property {{x: number | null, f: number | null, slope: number | null}[]} marks
 * @property {number} saturated |g'| below this counts as saturated
 */

import { css } from "../color.js";
import { formatShort } from "../format.js";
import { curveRanges, formatExact, sampleAt } from "../insights.js";
import { clamp, linearScale, ticks } from "../scale.js";
import { drawBar } from "./canvas.js";
import { createPlot, rule, strokeThrough, write } from "./plot.js";
import { magnification, sizeOf } from "../magnification.js";

const BOX = { left: 34, right: 36, top: 10, bottom: 18 };
const BARS = 0.3;
const STEP = 0.1;
const LARGE_STEP = 1;

/**
 * @param {{t: Translate, onMove: (x: number) => void}} options
 */
export function createActivationPlot({ t, onMove }) {
  /** @type {ActivationPicture | null} */
  let picture = null;
  let x = 0;
  let reach = 12;

  const plot = createPlot({ name: "activation-plot", draw });
  const { element } = plot;
  element.tabIndex = 0;
  element.setAttribute("role", "slider");
  element.setAttribute("aria-label", t("insights.activation.slider"));
  element.setAttribute("aria-valuenow", `${x}`);

  const toX = (/** @type {number} */ width) =>
    linearScale([-reach, reach], [BOX.left, width - BOX.right]);

  /** @param {Paper} paper */
  function draw(paper) {
    if (!picture) return;
    const { context, width, height, colors } = paper;
    const { curve, marks } = picture;
    const ranges = curveRanges(curve);
    const bottom = height - BOX.bottom;
    const across = toX(width);
    const up = linearScale(ranges.f, [bottom, BOX.top]);
    const upSlope = linearScale(ranges.slope, [bottom, BOX.top]);

    drawInputs(paper, across.map, bottom);
    for (const tick of ticks(...ranges.f, height > 170 ? 5 : 4)) {
      const y = up.map(tick);
      rule(paper, [BOX.left, y], [width - BOX.right, y], css(colors.line, tick === 0 ? 1 : 0.6));
      write(paper, formatShort(tick), [BOX.left - 5, y], { align: "right" });
    }
    if (!ranges.shared) {
      for (const tick of ticks(...ranges.slope, 4)) {
        if (tick < ranges.slope[0]) continue;
        write(paper, formatShort(tick), [width - BOX.right + 5, upSlope.map(tick)], {
          align: "left",
          color: css(colors.muted),
        });
      }
    }
    for (const tick of [-10, -5, 0, 5, 10]) {
      rule(paper, [across.map(tick), bottom], [across.map(tick), bottom + 3]);
      write(paper, formatShort(tick), [across.map(tick), bottom + 11]);
    }
    context.save();
    context.beginPath();
    context.rect(BOX.left, 0, width - BOX.left - BOX.right, height);
    context.clip();
    context.lineWidth = 1.6;
    context.setLineDash([5, 3]);
    context.strokeStyle = css(colors.lines.negative);
    strokeThrough(context, points(curve.z, curve.slope, across.map, upSlope.map));
    context.setLineDash([]);
    context.lineWidth = 2;
    context.strokeStyle = css(colors.ink);
    strokeThrough(context, points(curve.z, curve.f, across.map, up.map));
    context.restore();

    for (const mark of marks) dot(paper, mark, 3, across.map, up.map, upSlope.map);
    rule(paper, [across.map(x), BOX.top - 4], [across.map(x), bottom], css(colors.accent));
    dot(paper, { x, ...sampleAt(curve, x) }, 4.5, across.map, up.map, upSlope.map);
    handle(paper, across.map(x), bottom);
  }

  /**
   * The live inputs as bars at the bottom.
   *
   * @param {Paper} paper
   * @param {(x: number) => number} across
   * @param {number} bottom
   */
  function drawInputs({ context, colors }, across, bottom) {
    const { histogram, curve, saturated } = /** @type {ActivationPicture} */ (picture);
    const { counts, range } = histogram;
    const most = Math.max(1, ...counts);
    const size = (bottom - BOX.top) * BARS;
    const width = (range[1] - range[0]) / counts.length;
    counts.forEach((count, i) => {
      if (!count) return;
      const low = range[0] + i * width;
      const { slope } = sampleAt(curve, low + width / 2);
      const isSaturated = Math.abs(slope) < saturated;
      const color = isSaturated ? colors.danger : colors.accent;
      const [left, right] = [across(low), across(low + width)];
      const tall = Math.max(1, (count / most) * size);
      const box = { x: left, y: bottom - tall, width: Math.max(1, right - left - 1), height: tall };
      drawBar(context, box, css(color, 0.34), css(color));
    });
  }

  /** @param {number} next */
  function move(next) {
    const value = clamp(Number((Math.round(next / STEP) * STEP).toFixed(1)), -reach, reach);
    if (value === x) return;
    x = value === 0 ? 0 : value;
    onMove(x);
    describe();
    plot.redraw();
  }

  function describe() {
    if (!picture) return;
    const { f, slope } = sampleAt(picture.curve, x);
    element.setAttribute("aria-valuenow", `${x}`);
    const values = { x: formatShort(x), f: formatExact(f), slope: formatExact(slope) };
    element.setAttribute("aria-valuetext", t("insights.activation.reading", values));
  }

  const toPointer = (/** @type {PointerEvent} */ event) => {
    const { left } = element.getBoundingClientRect();
    move(toX(sizeOf(element).width).invert((event.clientX - left) / magnification()));
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    toPointer(event);
  });
  element.addEventListener("pointermove", (event) => {
    if (element.hasPointerCapture(event.pointerId)) toPointer(event);
  });
  element.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? LARGE_STEP : STEP;
    /** @type {Record<string, number>} */
    const places = {
      ArrowLeft: x - step,
      ArrowDown: x - step,
      ArrowRight: x + step,
      ArrowUp: x + step,
      PageDown: x - LARGE_STEP,
      PageUp: x + LARGE_STEP,
      Home: -reach,
      End: reach,
    };
    if (!(event.key in places)) return;
    event.preventDefault();
    move(places[event.key]);
  });

  return {
    ...plot,
    /** @param {ActivationPicture} next */
    update(next) {
      picture = next;
      reach = next.curve.z[next.curve.z.length - 1];
      element.setAttribute("aria-valuemin", `${-reach}`);
      element.setAttribute("aria-valuemax", `${reach}`);
      describe();
      plot.redraw();
    },
    move,
    get x() {
      return x;
    },
  };
}

/**
 * @param {number[]} xs
 * @param {(number | null)[]} ys
 * @param {(value: number) => number} across
 * @param {(value: number) => number} up
 * @returns {([number, number] | null)[]}
 */
const points = (xs, ys, across, up) =>
  xs.map((x, i) => {
    const y = ys[i];
    return y === null ? null : [across(x), up(y)];
  });

/**
 * @param {Paper} paper
 * @param {{x: number | null, f: number | null, slope: number | null}} mark
 * @param {number} radius
 * @param {(value: number) => number} across
 * @param {(value: number) => number} up
 * @param {(value: number) => number} upSlope
 */
function dot({ context, colors }, { x, f, slope }, radius, across, up, upSlope) {
  if (x === null) return;
  /** @type {[number | null, typeof up, import("../color.js").Rgb][]} */
  const dots = [
    [slope, upSlope, colors.lines.negative],
    [f, up, colors.ink],
  ];
  for (const [value, place, color] of dots) {
    if (value === null || !Number.isFinite(value)) continue;
    context.beginPath();
    context.arc(across(x), place(value), radius, 0, 2 * Math.PI);
    context.fillStyle = css(color);
    context.fill();
    context.lineWidth = 1.5;
    context.strokeStyle = css(colors.surface);
    context.stroke();
  }
}

/** @param {Paper} paper @param {number} x @param {number} bottom */
function handle({ context, colors }, x, bottom) {
  context.beginPath();
  context.moveTo(x, bottom - 1);
  context.lineTo(x - 6, bottom + 8);
  context.lineTo(x + 6, bottom + 8);
  context.closePath();
  context.fillStyle = css(colors.accent);
  context.fill();
}
