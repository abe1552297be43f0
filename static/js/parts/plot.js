// A canvas that fills its box, is drawn at most once per animation frame, and follows size and theme.

/**
 * @import {ThemeColors} from "./theme-colors.js"
 *
 * @typedef {{context: CanvasRenderingContext2D, width: number, height: number, colors: ThemeColors}} Paper
 * @typedef {object} Plot
 * @property {HTMLElement} element
 * @property {() => void} redraw soon
 * @property {() => void} theme
 * @property {() => void} destroy
 */

import { css } from "../color.js";
import { h } from "../dom.js";
import { createLayer, FONT, oncePerFrame } from "./canvas.js";
import { readThemeColors } from "./theme-colors.js";
import { sizeOf } from "../magnification.js";

/**
 * @param {{name: string, label?: string, draw: (paper: Paper) => void}} options `label` is the picture's
 *   accessible name.
 * @returns {Plot}
 */
export function createPlot({ name, label, draw }) {
  const layer = createLayer("plot-canvas");
  const element = h("div", { class: `plot ${name}` }, layer.canvas);
  if (label) {
    element.setAttribute("role", "img");
    element.setAttribute("aria-label", label);
  }
  /** @type {ThemeColors | null} */
  let colors = null;

  const frame = oncePerFrame(() => {
    const { width, height } = sizeOf(element);
    if (!width || !height) return;
    colors ??= readThemeColors();
    layer.resize(width, height);
    layer.clear();
    const { context } = layer;
    context.font = FONT;
    context.lineWidth = 1;
    context.lineCap = "round";
    context.lineJoin = "round";
    context.setLineDash([]);
    draw({ context, width, height, colors });
  });
  const observer = new ResizeObserver(() => frame.request());
  observer.observe(element);

  return {
    element,
    redraw: frame.request,
    theme() {
      colors = null;
      frame.request();
    },
    destroy() {
      observer.disconnect();
      frame.cancel();
    },
  };
}

/**
 * A line through points; it is broken where there is none.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Iterable<[number, number] | null>} points
 */
export function strokeThrough(context, points) {
  let pen = false;
  context.beginPath();
  for (const point of points) {
    if (!point) pen = false;
    else if (pen) context.lineTo(...point);
    else {
      context.moveTo(...point);
      pen = true;
    }
  }
  context.stroke();
}

/**
 * @param {Paper} paper
 * @param {string} text
 * @param {[number, number]} at
 * @param {{align?: CanvasTextAlign, baseline?: CanvasTextBaseline, color?: string}} [options]
 */
export function write({ context, colors }, text, [x, y], options = {}) {
  const { align = "center", baseline = "middle", color = css(colors.faint) } = options;
  context.fillStyle = color;
  context.textAlign = align;
  context.textBaseline = baseline;
  context.fillText(text, x, y);
}

/**
 * @param {Paper} paper
 * @param {[number, number]} from
 * @param {[number, number]} to
 * @param {string} [color]
 */
export function rule({ context, colors }, from, to, color = css(colors.line)) {
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
}
