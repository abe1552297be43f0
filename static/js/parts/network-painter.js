// Paints the network: links, tiles and biases, all on one canvas and without touching the page.

/**
 * @import {Frame} from "../protocol.js"
 * @import {Layout} from "../layout.js"
 * @import {NetworkModel} from "./network-model.js"
 * @import {ThemeColors} from "./theme-colors.js"
 * @import {Sheet} from "./unit-map.js"
 */

import { css, probabilityTable, signed, signedTable } from "../color.js";
import { createLayer } from "./canvas.js";
import { createLinkPainter } from "./links.js";
import { drawnFeatures } from "./network-model.js";
import { createSheet, isZero, mapGain } from "./unit-map.js";

const FEATURE_SIDE = 32;
const OUTPUT_SIDE = 50;
const OFF = 0.4;
const RADIUS = 6;
/** Pixels that the dashes of the links move in a second. */
const FLOW = 26;

/** @param {number} tile */
export const biasSize = (tile) => Math.max(4, Math.round(tile * 0.15));

/**
 * Where the mark of a bias is: left of the lower left corner of its tile.
 *
 * @param {number} x
 * @param {number} y
 * @param {number} tile
 */
export const biasCorner = (x, y, tile) => ({
  x: x - biasSize(tile) - 2,
  y: y + tile - biasSize(tile),
});

export function createNetworkPainter() {
  const layer = createLayer("network-canvas");
  const { context } = layer;
  const links = createLinkPainter();
  /** @type {ThemeColors} */
  let colors;
  /** @type {Layout} */
  let layout;
  /** @type {NetworkModel} */
  let model;
  /** @type {Sheet} */
  let featureSheet;
  /** @type {Sheet | null} */
  let unitSheet = null;
  /** @type {Sheet | null} */
  let outputSheet = null;
  let unitCount = 0;
  let clip = new Path2D();
  /** @type {Uint32Array} */
  let values = new Uint32Array(0);
  /** @type {Uint32Array} */
  let signs = values;
  /** @type {Uint32Array[]} */
  let probabilities = [];
  let biases = new Int32Array(0);
  let [flow, time] = [0, 0];
  let stale = true;

  function makeTables() {
    values = signedTable(colors);
    signs = signedTable(colors, true);
    probabilities = colors.classes.map((color) =>
      probabilityTable(colors, color, model.discretize),
    );
  }

  function paintFeatures() {
    const drawn = drawnFeatures(model);
    featureSheet = createSheet(drawn.length, FEATURE_SIDE);
    for (const [row, { map, scale }] of drawn.entries()) {
      if (model.discretize) featureSheet.paintSigns(row, map, 0, values);
      else featureSheet.paint(row, map, 0, mapGain(scale), values);
    }
    featureSheet.flush();
  }

  /** The tiles' outline, and which parameter is whose bias, in the order of the tiles. */
  function prepare() {
    const { columns, tile } = layout;
    unitCount = model.layers.reduce((sum, { units }) => sum + units, 0);
    unitSheet = outputSheet = null;
    clip = new Path2D();
    const radius = Math.min(RADIUS, tile / 5);
    for (const { x, y } of columns) {
      for (let i = 0; i < x.length; i++) clip.roundRect(x[i], y[i], tile, tile, radius);
    }
    const inputs = drawnFeatures(model).filter(({ active }) => active).length;
    const sizes = [inputs, ...columns.slice(1).map(({ x }) => x.length)];
    const places = [];
    for (let column = 1, at = 0; column < sizes.length; column++) {
      for (let unit = 0; unit < sizes[column]; unit++) {
        at += sizes[column - 1] + 1;
        places.push(at - 1);
      }
    }
    biases = Int32Array.from(places);
  }

  /** @param {Frame} frame */
  function paintMaps({ units, unitScales, unitSide, outputs, outputScales, side }) {
    if (unitSheet?.side !== unitSide) unitSheet = createSheet(unitCount, unitSide);
    outputSheet ??= createSheet(outputs.length, OUTPUT_SIDE);
    for (let i = 0; i < unitCount; i++) {
      const start = i * unitSide * unitSide;
      if (model.discretize) unitSheet.paintSigns(i, units, start, values);
      else unitSheet.paint(i, units, start, mapGain(unitScales[i]), values);
    }
    for (let k = 0; k < outputs.length; k++) {
      const signed = model.discretize ? signs : values;
      const table = outputs.length > 1 ? probabilities[k % probabilities.length] : signed;
      const gain = model.discretize ? 1 : mapGain(outputScales[k]);
      outputSheet.shrink(k, outputs[k], side, gain, table);
    }
    unitSheet.flush();
    outputSheet.flush();
  }

  /** @param {Frame | null} frame */
  function drawTiles(frame) {
    const { columns, tile } = layout;
    const [features, outputs] = [columns[0], columns[columns.length - 1]];
    const drawn = drawnFeatures(model);
    context.save();
    context.clip(clip);
    for (let row = 0; row < features.x.length; row++) {
      context.globalAlpha = drawn[row].active ? 1 : OFF;
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
    context.restore();
  }

  /** @type {(frame: Frame, unit: number) => boolean} */
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
    const { columns, tile } = layout;
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
    const drawn = drawnFeatures(model);
    context.fillStyle = css(colors.muted);
    context.beginPath();
    for (const [index, { x, y }] of columns.slice(0, -1).entries()) {
      for (let row = 0; row < x.length; row++) {
        if (index === 0 && !drawn[row].active) continue;
        const [left, top] = [x[row] + tile, y[row] + tile / 2];
        context.moveTo(left + 1, top - 3);
        context.lineTo(left + 5, top);
        context.lineTo(left + 1, top + 3);
        context.closePath();
      }
    }
    context.fill();
  }

  return {
    canvas: layer.canvas,
    links,
    bias: (/** @type {number} */ index) => biases[index],

    /** @param {ThemeColors} newColors */
    theme(newColors) {
      colors = newColors;
      links.theme(colors);
      if (layout) {
        makeTables();
        paintFeatures();
        stale = true;
      }
    },

    /**
     * @param {NetworkModel} newModel
     * @param {Layout} newLayout
     */
    use(newModel, newLayout) {
      const moved = newLayout !== layout;
      [model, layout] = [newModel, newLayout];
      makeTables();
      stale = true;
      if (moved) {
        layer.resize(layout.width, layout.height);
        links.use(layout.links);
        prepare();
      }
      paintFeatures();
    },

    /** @param {Frame} frame */
    fits: (frame) =>
      frame.parameters.length === layout.parameters &&
      frame.unitScales.length === unitCount &&
      frame.outputs.length === model.outputs.count,

    /**
     * @param {Frame | null} frame
     * @param {{maps: boolean, flows: boolean}} what `maps` when the frame is a new one
     */
    paint(frame, { maps, flows }) {
      const now = performance.now();
      flow = (flow + (FLOW * Math.min(100, now - time)) / 1000) % 1000;
      time = now;
      if (frame && (maps || stale)) {
        paintMaps(frame);
        stale = false;
      }
      layer.clear();
      if (frame) links.paint(context, frame.parameters, flows ? flow : null);
      drawSources();
      drawTiles(frame);
      if (frame) drawBiases(frame.parameters);
    },
  };
}
