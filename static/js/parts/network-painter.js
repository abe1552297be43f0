// Paints the network: links, tiles and biases, all on one canvas and without touching the page, so
// that a worker can do it too.

/**
 * @import {Frame} from "../protocol.js"
 * @import {Layout} from "../layout.js"
 * @import {Canvas} from "./canvas.js"
 * @import {FeatureModel} from "./network-model.js"
 * @import {ThemeColors} from "./theme-colors.js"
 *
 * @typedef {Pick<Frame, "parameters" | "units" | "unitScales" | "unitSide" | "outputs" | "outputScales" |
 *   "side">} Parts of a frame that are painted
 *
 * @typedef {object} Drawing
 * @property {Layout} layout
 * @property {number} ratio pixels for each CSS pixel
 * @property {Pick<FeatureModel, "active" | "map" | "scale">[]} features
 * @property {boolean} discretize
 *
 * @typedef {object} Job What to paint; what is left out is as it was.
 * @property {ThemeColors} [colors]
 * @property {Drawing} [drawing]
 * @property {Uint8Array | null} [marks] links to emphasise
 * @property {Parts | null} [frame]
 * @property {boolean} flows do the links show that they are trained
 */

import { css } from "../color.js";
import { contextOf, createBitmap, fit } from "./canvas.js";
import { createLinkPainter, DASH_PERIOD } from "./links.js";
import { drawBiases, drawSources, isSilent, strike } from "./network-marks.js";
import { createTiles } from "./network-tiles.js";

/** How much of a feature is seen that is no input. */
export const OFF = 0.4;
const RADIUS = 6;
/** Pixels that the dashes of the links move in a second. */
const FLOW = 26;

/** @param {Canvas} canvas */
export function createNetworkPainter(canvas) {
  const context = contextOf(canvas);
  const links = createLinkPainter();
  /** @type {ThemeColors} */
  let colors;
  /** @type {Layout} */
  let layout;
  /** @type {Drawing} */
  let drawing;
  /** @type {Parts | null} */
  let frame = null;
  const tiles = createTiles();
  let corners = createBitmap(1, 1);
  let [flow, time] = [0, 0];

  /** A tile's worth of what rounds its corners off. */
  function cutCorners() {
    const { tile, ratio } = { ...layout, ...drawing };
    const side = Math.ceil(tile * ratio);
    corners = createBitmap(side, side);
    const target = contextOf(corners);
    target.scale(side / tile, side / tile);
    target.beginPath();
    target.rect(0, 0, tile, tile);
    target.roundRect(0, 0, tile, tile, Math.min(RADIUS, tile / 5));
    target.fill("evenodd");
  }

  function drawTiles() {
    const { columns, tile } = layout;
    const [features, outputs] = [columns[0], columns[columns.length - 1]];
    for (let row = 0; row < features.x.length; row++) {
      context.globalAlpha = drawing.features[row].active ? 1 : OFF;
      tiles.draw(context, "feature", row, features.x[row], features.y[row], tile);
    }
    context.globalAlpha = 1;
    context.fillStyle = css(colors.neutral);
    let unit = 0;
    for (const column of columns.slice(1)) {
      const kind = column === outputs ? "output" : "unit";
      if (column === outputs) unit = 0;
      for (let row = 0; row < column.x.length; row++, unit++) {
        const [x, y] = [column.x[row], column.y[row]];
        if (frame) tiles.draw(context, kind, unit, x, y, tile);
        else context.fillRect(x, y, tile, tile);
        if (frame && kind === "unit" && isSilent(frame, unit)) strike(context, x, y, tile, colors);
      }
    }
    // Much cheaper than to clip.
    context.globalCompositeOperation = "destination-out";
    for (const { x, y } of columns) {
      for (let row = 0; row < x.length; row++) {
        context.drawImage(corners, x[row], y[row], tile, tile);
      }
    }
    context.globalCompositeOperation = "source-over";
  }

  /** @param {Drawing} newDrawing */
  function use(newDrawing) {
    const moved = newDrawing.layout !== layout;
    const isFiner = newDrawing.ratio !== drawing?.ratio;
    drawing = newDrawing;
    ({ layout } = drawing);
    if (moved || isFiner) {
      fit(canvas, context, { ...layout, ratio: drawing.ratio });
      cutCorners();
    }
    if (!moved) return;
    links.use(layout.links);
    tiles.clear();
  }

  return {
    /** @param {Job} job */
    paint(job) {
      if (job.colors) {
        colors = job.colors;
        links.theme(colors);
      }
      if (job.drawing) use(job.drawing);
      if (job.marks !== undefined) links.choose(job.marks);
      if (job.frame !== undefined) frame = job.frame;
      if (!layout) return;
      const isOther = Boolean(job.colors || job.drawing);
      if (isOther) tiles.use(colors, drawing);
      if (frame && (job.frame || isOther)) tiles.paint(frame);

      const now = performance.now();
      flow = (flow + (FLOW * Math.min(100, now - time)) / 1000) % DASH_PERIOD;
      time = now;
      context.clearRect(0, 0, layout.width, layout.height);
      if (frame) links.paint(context, frame.parameters, job.flows ? flow : null);
      drawSources(context, drawing, colors);
      drawTiles();
      if (frame) drawBiases(context, layout, frame.parameters, colors);
    },
  };
}
