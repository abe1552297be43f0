// Canvases with as many pixels as the screen has, drawn on in units of length.

import { length, magnification } from "../magnification.js";

/**
 * @typedef {HTMLCanvasElement | OffscreenCanvas} Canvas
 * @typedef {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} Context
 *
 * @typedef {object} Layer
 * @property {HTMLCanvasElement} canvas
 * @property {CanvasRenderingContext2D} context
 * @property {(width: number, height: number) => void} resize in units
 * @property {() => void} clear
 */

/** Of what is written along axes and lines. */
export const FONT = '11px "Inter Latin", "Inter Variable", system-ui, sans-serif';
/** More pixels than this per CSS pixel cannot be seen, but cost time. */
const MOST_PIXELS = 2;

/** Pixels for each unit of length. */
export const pixelRatio = () =>
  Math.min(MOST_PIXELS, Math.max(1, devicePixelRatio || 1)) * magnification();

/**
 * @param {Canvas} canvas
 * @returns {Context}
 */
export function contextOf(canvas) {
  const context = /** @type {Context | null} */ (canvas.getContext("2d"));
  if (!context) throw new Error("This browser offers no 2D canvas.");
  return context;
}

/**
 * Gives a canvas its pixels, and lets it be drawn on in units of length.
 *
 * @param {Canvas} canvas
 * @param {Context} context
 * @param {{width: number, height: number, ratio: number}} size in units, and pixels for each
 */
export function fit(canvas, context, { width, height, ratio }) {
  const [columns, rows] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  context.setTransform(columns / width || 1, 0, 0, rows / height || 1, 0, 0);
}

/**
 * A canvas that is never shown.
 *
 * @param {number} width
 * @param {number} height
 * @returns {Canvas}
 */
export function createBitmap(width, height) {
  if (typeof OffscreenCanvas === "function") return new OffscreenCanvas(width, height);
  return Object.assign(document.createElement("canvas"), { width, height });
}

/**
 * @param {string} className
 * @returns {Layer}
 */
export function createLayer(className) {
  const canvas = document.createElement("canvas");
  canvas.className = className;
  canvas.setAttribute("aria-hidden", "true");
  const context = /** @type {CanvasRenderingContext2D} */ (contextOf(canvas));
  let [width, height] = [0, 0];

  return {
    canvas,
    context,
    resize(newWidth, newHeight) {
      [width, height] = [newWidth, newHeight];
      canvas.style.width = length(width);
      canvas.style.height = length(height);
      fit(canvas, context, { width, height, ratio: pixelRatio() });
    },
    clear() {
      context.clearRect(0, 0, width, height);
    },
  };
}

/** How high the edge of a bar is. */
const EDGE = 2;

/**
 * A bar of a histogram: pale, so that lines across it are seen, with an edge on top that any ground shows.
 *
 * @param {Context} context
 * @param {{x: number, y: number, width: number, height: number}} box
 * @param {string} body
 * @param {string} edge
 */
export function drawBar(context, { x, y, width, height }, body, edge) {
  context.fillStyle = body;
  context.fillRect(x, y, width, height);
  context.fillStyle = edge;
  context.fillRect(x, y, width, Math.min(EDGE, height));
}

/** What waits for the next animation frame. @type {Set<() => void>} */
const waiting = new Set();

/**
 * Runs a function once, in the next animation frame, however often it is asked for.
 *
 * @param {() => void} run
 */
export function oncePerFrame(run) {
  let request = 0;
  const go = () => {
    cancel();
    run();
  };
  function cancel() {
    cancelAnimationFrame(request);
    request = 0;
    waiting.delete(go);
  }
  return {
    request() {
      request ||= requestAnimationFrame(go);
      waiting.add(go);
    },
    cancel,
  };
}

/** Paints at once what would be painted in the next animation frame: paper does not wait for one. */
export function paintNow() {
  for (const go of [...waiting]) go();
}
