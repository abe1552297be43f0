// Points, a grid and lines in a plane.

/**
 * @import {LabelKind} from "./map-model.js"
 * @import {Line, Window} from "./space-model.js"
 * @import {ThemeColors} from "./theme-colors.js"
 *
 * @typedef {object} Samples
 * @property {number[]} x
 * @property {number[]} y
 * @property {ArrayLike<number>} label
 *
 * @typedef {object} Scene
 * @property {Window} window
 * @property {{x: number[], y: number[], points: number} | null} grid its lines, `points` entries each
 * @property {Samples} train
 * @property {Samples | null} test
 * @property {LabelKind} labels
 * @property {number} limit of the colours
 * @property {(Line & {dashed: boolean, strong: boolean})[]} lines
 * @property {{x: string[], y: string[]}} axes the names that each can have, the best first: it has the first for which
 *   there is room
 */

import { css, inkOn, mix } from "../color.js";
import { formatShort } from "../format.js";
import { createLayer, FONT } from "./canvas.js";
import { hasClasses } from "./map-model.js";
import { drawSample, traceCircle } from "./map-points.js";
import { clearestSample, clipLine, placeName } from "./space-model.js";
import { sizeOf } from "../magnification.js";

const LEFT = 30;
const BOTTOM = 15;
const EDGE = 5;
const MANY = 400;
/** Between the numbers at the ends of an axis and its name. */
const GAP = 5;
/** Of a line of text, in pixels. */
const LINE = 11;

/** @param {{square?: boolean}} [options] `square`: both axes have one scale. */
export function createSpacePlot({ square = false } = {}) {
  const layer = createLayer("space-canvas");
  const { context } = layer;
  /** For each class the sample that has its number. @type {Map<number, number>} */
  const badges = new Map();
  let [width, height] = [0, 0];

  /**
   * @param {Scene} scene
   * @param {ThemeColors} colors
   */
  function draw(scene, colors) {
    if (width === 0) return;
    const { window } = scene;
    context.font = FONT;
    const left = Math.max(LEFT, Math.ceil(GAP + Math.max(...window.y.map(widthOf))));
    const box = { x: left, y: EDGE, width: width - left - EDGE, height: height - BOTTOM - EDGE };
    if (square) box.width = box.height = Math.min(box.width, box.height);
    const toX = scaleTo(window.x, box.x, box.x + box.width);
    const toY = scaleTo(window.y, box.y + box.height, box.y);
    layer.clear();
    context.save();
    context.beginPath();
    context.roundRect(box.x, box.y, box.width, box.height, 5);
    context.fillStyle = css(colors.ground);
    context.fill();
    context.clip();
    drawGrid(scene.grid, toX, toY, colors);
    for (const line of scene.lines) drawLine(line, window, toX, toY, colors);
    drawSamples(scene, toX, toY, colors);
    context.restore();
    context.lineWidth = 1;
    context.setLineDash([]);
    context.strokeStyle = css(colors.lineStrong);
    context.beginPath();
    context.roundRect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1, 5);
    context.stroke();
    drawAxes(scene, box, colors);
  }

  /** @typedef {(value: number) => number} Scale */

  /** @type {(grid: Scene["grid"], toX: Scale, toY: Scale, colors: ThemeColors) => void} */
  function drawGrid(grid, toX, toY, colors) {
    if (!grid) return;
    context.lineWidth = 1;
    context.strokeStyle = css(mix(colors.ground, colors.faint, 0.75));
    context.beginPath();
    for (let i = 0; i < grid.x.length; i++) {
      const [x, y] = [toX(grid.x[i]), toY(grid.y[i])];
      if (i % grid.points === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
    context.stroke();
  }

  /** @type {(line: Scene["lines"][number], window: Window, toX: Scale, toY: Scale, colors: ThemeColors) => void} */
  function drawLine(line, window, toX, toY, colors) {
    const ends = clipLine(line, window);
    if (!ends) return;
    const trace = () => {
      context.beginPath();
      context.moveTo(toX(ends[0]), toY(ends[1]));
      context.lineTo(toX(ends[2]), toY(ends[3]));
      context.stroke();
    };
    context.setLineDash(line.dashed ? [6, 4] : []);
    context.strokeStyle = css(colors.ground, 0.8);
    context.lineWidth = line.strong ? 4.5 : 3;
    trace();
    context.strokeStyle = css(colors.ink, line.strong ? 1 : 0.75);
    context.lineWidth = line.strong ? 2.2 : 1.2;
    trace();
    context.setLineDash([]);
  }

  /** @type {(scene: Scene, toX: Scale, toY: Scale, colors: ThemeColors) => void} */
  function drawSamples({ train, test, labels, limit }, toX, toY, colors) {
    const count = train.x.length + (test?.x.length ?? 0);
    const radius = count > MANY ? 2 : 2.9;
    /** @type {(samples: Samples, isTest: boolean) => void} */
    const drawAll = ({ x, y, label }, isTest) => {
      context.lineWidth = 0.9;
      for (let i = 0; i < x.length; i++) {
        const sample = { label: label[i], labels, limit, isTest };
        drawSample(context, toX(x[i]), toY(y[i]), radius, sample, colors);
      }
    };
    if (test) drawAll(test, true);
    drawAll(train, false);
    if (hasClasses(labels)) drawBadges(train, labels, toX, toY, colors);
  }

  /**
   * The number of each class beside its own samples: colour is not the only sign.
   *
   * @type {(samples: Samples, labels: LabelKind, toX: Scale, toY: Scale, colors: ThemeColors) => void}
   */
  function drawBadges({ x, y, label }, labels, toX, toY, colors) {
    context.font = `600 ${FONT}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    const places = { x: x.map(toX), y: y.map(toY), label };
    for (const [k, color] of colors.classes.entries()) {
      /** @param {number} value */
      const isOf = (value) => (labels === "classes" ? value === k : value === 1 << k);
      const at = clearestSample(places, isOf, badges.get(k));
      if (at < 0) continue;
      badges.set(k, at);
      const [px, py] = [places.x[at], places.y[at]];
      traceCircle(context, px, py, 7.5);
      context.fillStyle = css(color);
      context.fill();
      context.lineWidth = 1.6;
      context.strokeStyle = "#fff";
      context.stroke();
      context.fillStyle = inkOn(color);
      context.fillText(String(k + 1), px, py + 0.5);
    }
  }

  const widthOf = (/** @type {string | number} */ text) =>
    context.measureText(typeof text === "number" ? formatShort(text) : text).width;

  /** @type {(scene: Scene, box: {x: number, y: number, width: number, height: number}, colors: ThemeColors) => void} */
  function drawAxes({ window, axes }, box, colors) {
    const [right, bottom] = [box.x + box.width, box.y + box.height];
    context.font = FONT;
    context.fillStyle = css(colors.faint);
    context.textBaseline = "alphabetic";
    context.textAlign = "left";
    context.fillText(formatShort(window.x[0]), box.x, bottom + 12);
    context.textAlign = "right";
    context.fillText(formatShort(window.x[1]), right, bottom + 12);
    context.fillText(formatShort(window.y[0]), box.x - 4, bottom);
    context.fillText(formatShort(window.y[1]), box.x - 4, box.y + 8);
    context.fillStyle = css(colors.muted);
    context.textAlign = "center";
    const across = placeName(
      axes.x.map(widthOf),
      [box.x + widthOf(window.x[0]) + GAP, right - widthOf(window.x[1]) - GAP],
      box.x + box.width / 2,
    );
    if (across) context.fillText(axes.x[across.name], across.at, bottom + 12);
    // Where numbers are wide they reach under the name, which runs up.
    const up = placeName(
      axes.y.map(widthOf),
      [box.y + LINE + GAP, bottom - LINE - GAP],
      box.y + box.height / 2,
    );
    if (!up) return;
    context.save();
    context.translate(9, up.at);
    context.rotate(-Math.PI / 2);
    context.fillText(axes.y[up.name], 0, 0);
    context.restore();
  }

  return {
    element: layer.canvas,
    draw,
    clear() {
      badges.clear();
      layer.clear();
    },
    /** @param {HTMLElement} room */
    measure(room) {
      ({ width, height } = sizeOf(room));
      if (width > 0) layer.resize(width, height);
    },
  };
}

/**
 * @param {[number, number]} domain
 * @param {number} from
 * @param {number} to
 * @returns {(value: number) => number}
 */
function scaleTo([low, high], from, to) {
  const slope = (to - from) / (high - low);
  return (value) => from + (value - low) * slope;
}
