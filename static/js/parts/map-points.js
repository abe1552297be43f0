// The samples on the decision map: circles for training, diamonds for test, arrows for those outside.

/**
 * @import {Rgb} from "../color.js"
 * @import {Samples} from "../protocol.js"
 * @import {LabelKind, MapModel} from "./map-model.js"
 * @import {ThemeColors} from "./theme-colors.js"
 */

import { css, inkOn, luminance, maskClasses, signed } from "../color.js";
import { EXTENT, hasClasses, labelKind } from "./map-model.js";

const TRAIN_RING = "#fff";
const TEST_RING = "rgb(16 23 29 / 0.92)";
/** Up to this luminance white has a contrast of 3:1. */
const LIGHT = 1.05 / 3 - 0.05;
const FULL_TURN = 2 * Math.PI;
const STROKE = 1.25;
/** Of the signs in samples: what is thinner is mixed with the colour around it. */
const SIGN_STROKE = 1.4;
const NEIGHBOURHOOD = 1.3;
const MOST_COMPARED = 400;

/** @param {number} count */
const radiusFor = (count) => (count > 3000 ? 2 : count > 1000 ? 2.6 : 3.4);
/** How much larger points are that have signs in them. */
const SIGNED = 1.35;

/**
 * The colours of a sample; several for several labels.
 *
 * @param {ThemeColors} colors
 * @param {LabelKind} labels
 * @param {number} label
 * @param {number} limit
 * @returns {Rgb[]}
 */
export function sampleColors(colors, labels, label, limit) {
  if (labels === "signs") return [signed(colors, label > 0 ? 1 : -1)];
  if (labels === "numbers") return [signed(colors, label / limit)];
  const classes = labels === "classes" ? [label] : maskClasses(label);
  if (classes.length === 0) return [colors.neutral];
  return classes.map((k) => colors.classes[k % colors.classes.length]);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} size side of the plot in CSS pixels
 * @param {MapModel} model
 * @param {ThemeColors} colors
 * @param {number} limit of the colours
 * @returns {number} how many samples lie outside the plot
 */
export function drawPoints(context, size, { points, problem, showTestData }, colors, limit) {
  if (!points) return 0;
  const labels = labelKind(problem);
  const radius =
    radiusFor(points.train.x1.length + (showTestData ? points.test.x1.length : 0)) *
    (colors.signs ? SIGNED : 1);
  let outside = 0;

  /**
   * @param {Samples} samples
   * @param {boolean} isTest
   */
  const drawAll = ({ x1, x2, label }, isTest) => {
    context.lineWidth = STROKE;
    for (let i = 0; i < x1.length; i++) {
      const [x, y] = [toPixel(x1[i], size), toPixel(-x2[i], size)];
      if (Math.max(Math.abs(x1[i]), Math.abs(x2[i])) > EXTENT) {
        outside++;
        context.strokeStyle = isTest ? TEST_RING : TRAIN_RING;
        drawArrow(context, size, x, y, css(sampleColors(colors, labels, label[i], limit)[0]));
        continue;
      }
      drawSample(context, x, y, radius, { label: label[i], labels, limit, isTest }, colors);
    }
  };
  if (showTestData) drawAll(points.test, true);
  drawAll(points.train, false);
  if (hasClasses(labels)) drawBadges(context, size, points.train, labels, colors);
  return outside;
}

/**
 * One sample: its colours say which label it has, and so do the marks in it.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {{label: number, labels: LabelKind, limit: number, isTest: boolean}} sample
 * @param {ThemeColors} colors
 */
export function drawSample(context, x, y, radius, { label, labels, limit, isTest }, colors) {
  const fills = sampleColors(colors, labels, label, limit);
  const ring = isTest ? TEST_RING : TRAIN_RING;
  context.strokeStyle = labels === "labels" && label === 0 ? css(colors.faint) : ring;
  if (colors.signs) context.strokeStyle = ringOn(fills[0], isTest);
  if (isTest) drawMark(context, x, y, radius * 1.05, fills, traceDiamond);
  else drawMark(context, x, y, radius, fills, traceCircle);
  drawSign(context, x, y, radius, label, labels, fills[0], colors.signs);
}

/**
 * @param {number} value
 * @param {number} size
 */
const toPixel = (value, size) => ((value + EXTENT) / (2 * EXTENT)) * size;

/** @typedef {(context: CanvasRenderingContext2D, x: number, y: number, radius: number) => void} Trace */

/** @type {Trace} */
export const traceCircle = (context, x, y, radius) => {
  context.beginPath();
  context.arc(x, y, radius, 0, FULL_TURN);
};

/** @type {Trace} */
export const traceDiamond = (context, x, y, radius) => {
  const reach = radius * 1.28;
  context.beginPath();
  context.moveTo(x, y - reach);
  context.lineTo(x + reach, y);
  context.lineTo(x, y + reach);
  context.lineTo(x - reach, y);
  context.closePath();
};

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {Rgb[]} fills several are sectors of one mark
 * @param {Trace} trace
 */
export function drawMark(context, x, y, radius, fills, trace) {
  trace(context, x, y, radius);
  context.fillStyle = css(fills[0]);
  context.fill();
  context.stroke();
  if (fills.length === 1) return;
  const turn = FULL_TURN / fills.length;
  for (let k = 1; k < fills.length; k++) {
    context.beginPath();
    context.moveTo(x, y);
    context.arc(x, y, radius - 0.5, k * turn - Math.PI / 2, (k + 1) * turn - Math.PI / 2);
    context.closePath();
    context.fillStyle = css(fills[k]);
    context.fill();
  }
}

/** A ring that is seen around any grey: white up to where it is seen on it. @param {Rgb} fill @param {boolean} isTest */
const ringOn = (fill, isTest) =>
  isTest ? TEST_RING : luminance(fill) < LIGHT ? TRAIN_RING : inkOn(fill);

/** The strokes of the signs, by class: from and to, in radii. @type {[number, number, number, number][][]} */
const CLASS_SIGNS = [
  [],
  [[-0.55, 0, 0.55, 0]],
  [[0, -0.55, 0, 0.55]],
  [
    [-0.55, 0, 0.55, 0],
    [0, -0.55, 0, 0.55],
  ],
  [[-0.4, 0.4, 0.4, -0.4]],
  [[-0.4, -0.4, 0.4, 0.4]],
  [
    [-0.4, 0.4, 0.4, -0.4],
    [-0.4, -0.4, 0.4, 0.4],
  ],
  [
    [-0.5, -0.25, 0.5, -0.25],
    [-0.5, 0.25, 0.5, 0.25],
  ],
];
const [MINUS, PLUS] = [1, 3];
/** A dot in a sample of the negative class, in radii. */
const DOT = 0.42;

/**
 * A stroke for each of several labels, from the middle towards where a clock has it: 0 is up.
 *
 * @param {number} mask
 * @returns {[number, number, number, number][]}
 */
const spokes = (mask) =>
  maskClasses(mask).map((k) => {
    const turn = (k * FULL_TURN) / CLASS_SIGNS.length;
    return [0, 0, 0.7 * Math.sin(turn), -0.7 * Math.cos(turn)];
  });

/**
 * What tells classes apart without colour: a dot in the negative of two, a sign of each of several. Where signs are
 * asked for, plus and minus stand for two.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {number} label
 * @param {LabelKind} labels
 * @param {Rgb} fill
 * @param {boolean} bold
 */
function drawSign(context, x, y, radius, label, labels, fill, bold) {
  const isTwo = !hasClasses(labels);
  if (isTwo && !bold) {
    if (label > 0) return;
    traceCircle(context, x, y, DOT * radius);
    context.fillStyle = inkOn(fill);
    context.fill();
    return;
  }
  const sign = isTwo ? (label > 0 ? PLUS : MINUS) : label % CLASS_SIGNS.length;
  const strokes = labels === "labels" ? spokes(label) : CLASS_SIGNS[sign];
  if (strokes.length === 0) return;
  context.beginPath();
  for (const [x0, y0, x1, y1] of strokes) {
    context.moveTo(x + x0 * radius, y + y0 * radius);
    context.lineTo(x + x1 * radius, y + y1 * radius);
  }
  const [ring, width] = [context.strokeStyle, context.lineWidth];
  context.strokeStyle = inkOn(fill);
  context.lineWidth = Math.min(SIGN_STROKE, radius / 2);
  context.stroke();
  context.strokeStyle = ring;
  context.lineWidth = width;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {number} x
 * @param {number} y
 * @param {string} fill
 */
function drawArrow(context, size, x, y, fill) {
  const LENGTH = 6;
  const edge = LENGTH + 1;
  const [tipX, tipY] = [
    Math.min(Math.max(x, edge), size - edge),
    Math.min(Math.max(y, edge), size - edge),
  ];
  context.save();
  context.translate(tipX, tipY);
  context.rotate(Math.atan2(y - tipY, x - tipX));
  context.beginPath();
  context.moveTo(LENGTH, 0);
  context.lineTo(-LENGTH / 2, -LENGTH * 0.7);
  context.lineTo(-LENGTH / 2, LENGTH * 0.7);
  context.closePath();
  context.fillStyle = fill;
  context.fill();
  context.stroke();
  context.restore();
}

/**
 * A number where the samples of each class are densest: colour is not the only sign.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {Samples} samples
 * @param {LabelKind} labels
 * @param {ThemeColors} colors
 */
function drawBadges(context, size, { x1, x2, label }, labels, colors) {
  const RADIUS = 8.5;
  const step = Math.ceil(x1.length / MOST_COMPARED) || 1;
  /** @type {(i: number, k: number) => boolean} */
  const isOf = (i, k) => (labels === "classes" ? label[i] === k : ((label[i] >> k) & 1) === 1);
  context.font = '600 11px "Inter Latin", "Inter Variable", system-ui, sans-serif';
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (let k = 0; k < colors.classes.length; k++) {
    let [best, most] = [-1, -Infinity];
    for (let i = 0; i < x1.length; i += step) {
      if (!isOf(i, k) || Math.max(Math.abs(x1[i]), Math.abs(x2[i])) > EXTENT) continue;
      let score = 0;
      for (let j = 0; j < x1.length; j += step) {
        const near = Math.hypot(x1[j] - x1[i], x2[j] - x2[i]) < NEIGHBOURHOOD;
        if (near) score += labels === "classes" && !isOf(j, k) ? -1 : Number(label[j] === label[i]);
      }
      const isAlone = labels === "classes" || maskClasses(label[i]).length === 1;
      if (isAlone && score > most) [best, most] = [i, score];
    }
    if (best < 0) continue;
    const x = Math.min(Math.max(toPixel(x1[best], size), RADIUS + 2), size - RADIUS - 2);
    const y = Math.min(Math.max(toPixel(-x2[best], size), RADIUS + 2), size - RADIUS - 2);
    traceCircle(context, x, y, RADIUS);
    context.fillStyle = css(colors.classes[k]);
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = "#fff";
    context.stroke();
    context.fillStyle = inkOn(colors.classes[k]);
    context.fillText(String(k + 1), x, y + 0.5);
  }
}
