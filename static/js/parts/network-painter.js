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
 * @property {boolean} glides from what was drawn before
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
import { createGlide, GLIDE_MS } from "./network-glide.js";
import { createLeave, SEED } from "./network-leave.js";
import { createLinkPainter, DASH_PERIOD } from "./links.js";
import { drawBiases, drawSources, isSilent, strike } from "./network-marks.js";
import { createTiles, OFF } from "./network-tiles.js";

const RADIUS = 6;
/** Pixels that the dashes of the links move in a second. */
const FLOW = 26;
/** A network that is another is drawn when its first frame is there, but no later than this. */
const PATIENCE_MS = 150;

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
  let tiles = createTiles();
  /** What goes while the others glide. @type {ReturnType<typeof createLeave> | null} */
  let leave = null;
  let corners = createBitmap(1, 1);
  let [flow, time] = [0, 0];
  let flows = false;
  /** @type {ReturnType<typeof createGlide> | null} */
  let glide = null;
  let started = 0;
  let request = 0;
  /** What waits for its first frame. @type {Job | null} */
  let held = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let patience;

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

  /**
   * @param {Layout} shown
   * @param {number} growth of tiles that are new
   */
  function drawTiles({ columns, tile }, growth) {
    const isSeed = (/** @type {number} */ column, /** @type {number} */ row) =>
      Boolean(glide?.isNew(column, row));
    /** @param {number} column @param {number} row */
    const box = (column, row) => {
      const [x, y] = [columns[column].x[row], columns[column].y[row]];
      if (!isSeed(column, row)) return { x, y, side: tile, alpha: 1 };
      const side = tile * (SEED + (1 - SEED) * growth);
      const inset = (tile - side) / 2;
      return { x: x + inset, y: y + inset, side, alpha: growth };
    };
    const gone = leave?.drawTiles(context, 1 - growth) ?? [];
    const [features, outputs] = [columns[0], columns[columns.length - 1]];
    for (let row = 0; row < features.x.length; row++) {
      const { x, y, side, alpha } = box(0, row);
      context.globalAlpha = alpha * (drawing.features[row].active ? 1 : OFF);
      tiles.draw(context, "feature", row, x, y, side);
    }
    context.fillStyle = css(colors.neutral);
    let unit = 0;
    for (const [index, column] of columns.entries()) {
      if (index === 0) continue;
      const kind = column === outputs ? "output" : "unit";
      if (column === outputs) unit = 0;
      for (let row = 0; row < column.x.length; row++, unit++) {
        const { x, y, side, alpha } = box(index, row);
        context.globalAlpha = alpha;
        if (frame) tiles.draw(context, kind, unit, x, y, side);
        else context.fillRect(x, y, side, side);
        if (frame && kind === "unit" && isSilent(frame, unit)) strike(context, x, y, side, colors);
      }
    }
    context.globalAlpha = 1;
    // Much cheaper than to clip.
    context.globalCompositeOperation = "destination-out";
    for (const { x, y, side } of gone) context.drawImage(corners, x, y, side, side);
    for (const [index, column] of columns.entries()) {
      for (let row = 0; row < column.x.length; row++) {
        const { x, y, side } = box(index, row);
        context.drawImage(corners, x, y, side, side);
      }
    }
    context.globalCompositeOperation = "source-over";
  }

  /** @param {Drawing} newDrawing */
  function use(newDrawing) {
    const moved = newDrawing.layout !== layout;
    const isFiner = newDrawing.ratio !== drawing?.ratio;
    if (moved && newDrawing.glides && drawing) {
      const was = { ...drawing, layout: place() };
      leave = frame && createLeave({ drawing: was, frame, tiles }, newDrawing, colors);
      glide = createGlide(was, newDrawing);
      started = performance.now();
    } else if (moved) glide = leave = null;
    drawing = newDrawing;
    ({ layout } = drawing);
    if (moved || isFiner) {
      fit(canvas, context, { ...layout, ratio: drawing.ratio });
      cutCorners();
    }
    if (!moved) return;
    links.use(layout.links);
    tiles = createTiles(); // those of before are still seen
  }

  /** How much of its way has been gone. */
  const progress = () => Math.min(1, (performance.now() - started) / GLIDE_MS);

  /** Where everything is, also on its way. */
  const place = () => glide?.at(progress()).layout ?? layout;

  function draw() {
    const at = performance.now();
    flow = (flow + (FLOW * Math.min(100, at - time)) / 1000) % DASH_PERIOD;
    time = at;
    const t = progress();
    if (t === 1) glide = leave = null;
    const { layout: shown, growth } = glide?.at(t) ?? { layout, growth: 1 };
    const fresh = glide && { marks: glide.fresh, alpha: growth };
    context.clearRect(0, 0, layout.width, layout.height);
    leave?.drawLinks(context, 1 - growth);
    links.place(shown.links);
    if (frame) links.paint(context, frame.parameters, flows ? flow : null, fresh);
    drawSources(context, { ...drawing, layout: shown }, colors);
    drawTiles(shown, growth);
    if (frame) drawBiases(context, shown, frame.parameters, colors);
    if (glide && !request) request = requestAnimationFrame(goOn);
  }

  function goOn() {
    request = 0;
    if (glide) draw();
  }

  /** @param {Job} job */
  function perform(job) {
    clearTimeout(patience);
    [held, patience] = [null, undefined];
    if (job.colors) {
      colors = job.colors;
      links.theme(colors);
    }
    if (job.drawing) use(job.drawing);
    if (job.marks !== undefined) links.choose(job.marks);
    if (job.frame !== undefined) frame = job.frame;
    ({ flows } = job);
    if (!layout) return;
    const isOther = Boolean(job.colors || job.drawing);
    if (isOther) tiles.use(colors, drawing);
    if (frame && (job.frame || isOther)) tiles.paint(frame);
    draw();
  }

  return {
    /** @param {Job} job */
    paint(job) {
      const all = held ? { ...held, ...job } : job;
      if (!layout || !all.drawing?.glides || all.frame !== null) {
        perform(all);
        return;
      }
      held = all;
      patience ??= setTimeout(() => held && perform(held), PATIENCE_MS);
    },
  };
}
