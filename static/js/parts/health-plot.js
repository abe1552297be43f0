// The picture of one layer: its activation, the derivative, and where its inputs now lie.

/**
 * @import {Rgb} from "../color.js"
 * @import {LayerHealth} from "./health-model.js"
 * @import {ThemeColors} from "./theme-colors.js"
 */

import { css, mix } from "../color.js";
import { formatShort } from "../format.js";
import { drawBar, FONT } from "./canvas.js";
import { barLength, saturatedBins } from "./health-model.js";

const AXIS = 13;
const TOP = 3;

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{width: number, height: number}} size in CSS pixels
 * @param {LayerHealth} layer
 * @param {ThemeColors} colors
 */
export function drawHealth(context, { width, height }, { curve, histogram }, colors) {
  const bottom = height - AXIS;
  const tall = bottom - TOP;
  context.clearRect(0, 0, width, height);

  const { counts, below, above, range } = histogram;
  const saturated = saturatedBins(curve, counts.length);
  const most = Math.max(1, ...counts);
  const step = width / counts.length;
  const look = (/** @type {Rgb} */ color, /** @type {number} */ share) => ({
    body: css(mix(colors.surface, color, share)),
    edge: css(color),
  });
  const [calm, alarm] = [look(colors.accent, 0.42), look(colors.danger, 0.48)];
  for (const [bin, count] of counts.entries()) {
    if (count === 0) continue;
    // The square root lets a few samples be seen beside thousands.
    const size = Math.max(1.5, Math.sqrt(count / most) * tall * 0.94);
    const { body, edge } = saturated[bin] ? alarm : calm;
    const box = { x: bin * step, y: bottom - size, width: Math.max(1, step - 0.8), height: size };
    drawBar(context, box, body, edge);
  }

  context.strokeStyle = css(colors.lineStrong);
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(0, bottom + 0.5);
  context.lineTo(width, bottom + 0.5);
  context.moveTo(width / 2, bottom + 0.5);
  context.lineTo(width / 2, bottom + 3.5);
  context.stroke();

  const trace = (
    /** @type {(number | null)[]} */ values,
    /** @type {[number, number]} */ [low, high],
  ) => {
    const scale = high > low ? tall / (high - low) : 0;
    context.beginPath();
    for (const [i, value] of values.entries()) {
      const x = (i / (values.length - 1)) * width;
      const y = bottom - ((value ?? 0) - low) * scale;
      if (i === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
    context.stroke();
  };
  if (curve.slope) {
    context.setLineDash([4, 2.5]);
    context.lineWidth = 1.6;
    context.strokeStyle = css(mix(colors.lines.negative, colors.ink, 0.15));
    trace(curve.slope, [Math.min(0, ...finite(curve.slope)), Math.max(0, ...finite(curve.slope))]);
    context.setLineDash([]);
  }
  context.lineWidth = 2;
  context.strokeStyle = css(colors.ink);
  trace(curve.f, [Math.min(...finite(curve.f)), Math.max(...finite(curve.f))]);

  context.fillStyle = css(colors.faint);
  context.font = FONT;
  context.textBaseline = "alphabetic";
  context.textAlign = "left";
  context.fillText(`${below > 0 ? "◂ " : ""}${formatShort(range[0])}`, 0, height - 1);
  context.textAlign = "center";
  context.fillText("0", width / 2, height - 1);
  context.textAlign = "right";
  context.fillText(`${formatShort(range[1])}${above > 0 ? " ▸" : ""}`, width, height - 1);
}

/**
 * One bar for each layer, on a logarithmic scale.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {{width: number, height: number}} size in CSS pixels
 * @param {(number | null)[]} values
 * @param {[number, number]} span powers of ten
 * @param {ThemeColors} colors
 */
export function drawProfile(context, { width, height }, values, span, colors) {
  context.clearRect(0, 0, width, height);
  const step = width / values.length;
  for (const [layer, value] of values.entries()) {
    const [x, wide] = [layer * step, Math.max(1, step - 1)];
    const tall = barLength(value, span) * height;
    context.fillStyle = css(colors.line);
    context.fillRect(x, 0, wide, height);
    context.fillStyle = css(colors.ink);
    context.fillRect(x, height - tall, wide, tall);
  }
}

/** @param {(number | null)[]} values */
const finite = (values) => values.filter((value) => value !== null);
