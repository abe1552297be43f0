// Paints the network: links, tiles and biases, all on one canvas and without touching the page, so
// that a worker can do it too.

/**
 * @import {Frame} from "../protocol.js"
 * @import {Layout} from "../layout.js"
 * @import {Canvas} from "./canvas.js"
 * @import {FeatureModel} from "./network-model.js"
 * @import {ThemeColors} from "./theme-colors.js"
 * @import {Sheet} from "./unit-map.js"
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

import { css, probabilityTable, signed, signedTable } from "../color.js";
import { biasCorner, biasSize } from "../layout.js";
import { contextOf, createBitmap, fit } from "./canvas.js";
import { createLinkPainter, DASH_PERIOD } from "./links.js";
import { createSheet, isZero, mapGain } from "./unit-map.js";

const FEATURE_SIDE = 32;
const OUTPUT_SIDE = 50;
const OFF = 0.4;
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
  /** @type {Sheet} */
  let featureSheet;
  /** @type {Sheet | null} */
  let unitSheet = null;
  /** @type {Sheet | null} */
  let outputSheet = null;
  let unitCount = 0;
  let corners = createBitmap(1, 1);
  /** @type {Uint32Array} */
  let values = new Uint32Array(0);
  /** @type {Uint32Array} */
  let signs = values;
  /** @type {Uint32Array[]} */
  let probabilities = [];
  let [flow, time] = [0, 0];

  function makeTables() {
    values = signedTable(colors);
    signs = signedTable(colors, true);
    probabilities = colors.classes.map((color) =>
      probabilityTable(colors, color, drawing.discretize),
    );
  }

  function paintFeatures() {
    const { features } = drawing;
    featureSheet = createSheet(features.length, FEATURE_SIDE);
    for (const [row, { map, scale }] of features.entries()) {
      if (drawing.discretize) featureSheet.paintSigns(row, map, 0, values);
      else featureSheet.paint(row, map, 0, mapGain(scale), values);
    }
    featureSheet.flush();
  }

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

  /** @param {Parts} parts */
  function paintMaps({ units, unitScales, unitSide, outputs, outputScales, side }) {
    if (unitSheet?.side !== unitSide) unitSheet = createSheet(unitCount, unitSide);
    outputSheet ??= createSheet(outputs.length, OUTPUT_SIDE);
    for (let i = 0; i < unitCount; i++) {
      const start = i * unitSide * unitSide;
      if (drawing.discretize) unitSheet.paintSigns(i, units, start, values);
      else unitSheet.paint(i, units, start, mapGain(unitScales[i]), values);
    }
    for (let k = 0; k < outputs.length; k++) {
      const signed = drawing.discretize ? signs : values;
      const table = outputs.length > 1 ? probabilities[k % probabilities.length] : signed;
      const gain = drawing.discretize ? 1 : mapGain(outputScales[k]);
      outputSheet.shrink(k, outputs[k], side, gain, table);
    }
    unitSheet.flush();
    outputSheet.flush();
  }

  function drawTiles() {
    const { columns, tile } = layout;
    const [features, outputs] = [columns[0], columns[columns.length - 1]];
    for (let row = 0; row < features.x.length; row++) {
      context.globalAlpha = drawing.features[row].active ? 1 : OFF;
      featureSheet.draw(context, row, features.x[row], features.y[row], tile);
    }
    context.globalAlpha = 1;
    context.fillStyle = css(colors.neutral);
    let unit = 0;
    for (const column of columns.slice(1)) {
      const sheet = column === outputs ? outputSheet : unitSheet;
      if (column === outputs) unit = 0;
      for (let row = 0; row < column.x.length; row++, unit++) {
        const [x, y] = [column.x[row], column.y[row]];
        if (frame && sheet) sheet.draw(context, unit, x, y, tile);
        else context.fillRect(x, y, tile, tile);
        if (frame && column !== outputs && isSilent(frame, unit)) strike(x, y);
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

  /** @type {(parts: Parts, unit: number) => boolean} */
  const isSilent = ({ units, unitSide }, unit) =>
    isZero(units, unit * unitSide ** 2, unitSide ** 2);

  /** Marks a unit that answers 0 everywhere. */
  function strike(/** @type {number} */ x, /** @type {number} */ y) {
    const { tile } = layout;
    context.beginPath();
    context.moveTo(x, y + tile);
    context.lineTo(x + tile, y);
    context.lineWidth = 1;
    context.strokeStyle = css(colors.faint, 0.6);
    context.stroke();
  }

  /** @param {Float32Array} parameters */
  function drawBiases(parameters) {
    const { columns, tile, biases } = layout;
    const size = biasSize(tile);
    context.lineWidth = 1;
    context.strokeStyle = css(colors.ground);
    let index = 0;
    for (const { x, y } of columns.slice(1)) {
      for (let row = 0; row < x.length; row++) {
        const corner = biasCorner(x[row], y[row], tile);
        context.fillStyle = css(signed(colors, parameters[biases[index++]]));
        context.fillRect(corner.x, corner.y, size, size);
        context.strokeRect(corner.x - 0.5, corner.y - 0.5, size + 1, size + 1);
      }
    }
  }

  /** A dot where links leave a tile. */
  function drawSources() {
    const { columns, tile } = layout;
    context.fillStyle = css(colors.muted);
    context.beginPath();
    for (const [index, { x, y }] of columns.slice(0, -1).entries()) {
      for (let row = 0; row < x.length; row++) {
        if (index === 0 && !drawing.features[row].active) continue;
        const [left, top] = [x[row] + tile, y[row] + tile / 2];
        context.moveTo(left + 1, top - 3);
        context.lineTo(left + 5, top);
        context.lineTo(left + 1, top + 3);
        context.closePath();
      }
    }
    context.fill();
  }

  /** @param {Drawing} newDrawing */
  function use(newDrawing) {
    const moved = newDrawing.layout !== layout;
    drawing = newDrawing;
    ({ layout } = drawing);
    if (!moved) return;
    fit(canvas, context, { ...layout, ratio: drawing.ratio });
    links.use(layout.links);
    unitCount = layout.columns.slice(1, -1).reduce((sum, { x }) => sum + x.length, 0);
    unitSheet = outputSheet = null;
    cutCorners();
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
      if (isOther) {
        makeTables();
        paintFeatures();
      }
      if (frame && (job.frame || isOther)) paintMaps(frame);

      const now = performance.now();
      flow = (flow + (FLOW * Math.min(100, now - time)) / 1000) % DASH_PERIOD;
      time = now;
      context.clearRect(0, 0, layout.width, layout.height);
      if (frame) links.paint(context, frame.parameters, job.flows ? flow : null);
      drawSources();
      drawTiles();
      if (frame) drawBiases(frame.parameters);
    },
  };
}
