import assert from "node:assert/strict";
import test from "node:test";

import { createLinkPainter, DASH_PERIOD } from "../../static/js/parts/links.js";
import { drawPoints } from "../../static/js/parts/map-points.js";
import { drawBiases } from "../../static/js/parts/network-marks.js";

/** A canvas that keeps what is drawn, without its colours. */
function recorder() {
  /** @type {any[]} */
  const drawn = [];
  /** @type {any[]} */
  let path = [];
  /** @type {number[]} */
  let dash = [];
  /** @type {any} */
  const context = {
    setLineDash: (/** @type {number[]} */ next) => (dash = next),
    beginPath: () => (path = []),
    fill: () => drawn.push({ kind: "fill", path }),
    stroke: () => drawn.push({ kind: "stroke", path, dash }),
    fillRect: (/** @type {number[]} */ ...at) => drawn.push({ kind: "rect", at }),
  };
  for (const kind of ["moveTo", "lineTo", "arc", "bezierCurveTo", "closePath"]) {
    context[kind] = (/** @type {number[]} */ ...numbers) => path.push([kind, ...numbers]);
  }
  for (const kind of ["strokeRect", "fillText"]) context[kind] = () => {};
  return { context, drawn };
}

const BLUE = [8, 119, 189];
const COLORS = /** @type {any} */ ({
  negative: BLUE,
  neutral: BLUE,
  positive: BLUE,
  lines: { negative: BLUE, positive: BLUE },
  classes: Array.from({ length: 8 }, () => BLUE),
  signs: false,
  ink: [0, 0, 0],
  faint: [99, 99, 99],
  ground: [255, 255, 255],
});

/**
 * The dashes of the one link of a weight.
 *
 * @param {number} weight
 * @param {number | null} flow
 * @returns {number[]}
 */
function dashesOf(weight, flow) {
  const { context, drawn } = recorder();
  const painter = createLinkPainter();
  const one = /** @type {any} */ ([0]);
  painter.theme(COLORS);
  const ends = { x0: one, y0: one, x1: one, y1: one };
  painter.use({ count: 1, parameter: one, layer: one, from: one, to: one, ...ends });
  painter.paint(context, Float32Array.of(weight), flow);
  assert.equal(drawn.length, 1);
  return drawn[0].dash;
}

test("a negative weight is told from a positive one without colour, still and while it flows", () => {
  for (const size of [0.05, 0.4, 1, 3, 8]) {
    for (const flow of [null, 0, 7]) {
      assert.notDeepEqual(dashesOf(-size, flow), dashesOf(size, flow), `${size} ${flow}`);
    }
    assert.deepEqual(dashesOf(-size, null), dashesOf(-size, 7)); // it is the same when it pauses
  }
  assert.deepEqual(dashesOf(2, null), []);
});

test("the flow begins again after whole periods of both dashes, at every speed", () => {
  for (const weight of [-3, 3]) {
    const period = dashesOf(weight, 1).reduce((sum, part) => sum + part, 0);
    assert.equal((DASH_PERIOD / 4) % period, 0);
  }
});

/**
 * What is drawn for samples that all have one label.
 *
 * @param {string} problem
 * @param {number} label
 */
function samplesOf(problem, label, count = 1) {
  const { context, drawn } = recorder();
  const train = {
    x1: new Float32Array(count),
    x2: new Float32Array(count),
    label: new Float32Array(count).fill(label),
  };
  const points = { train, test: { x1: [], x2: [], label: [] } };
  const model = /** @type {any} */ ({ points, problem, showTestData: false });
  drawPoints(context, 200, model, COLORS, 1);
  return JSON.stringify(drawn);
}

test("samples of different labels differ without colour, in small sets and large ones", () => {
  for (const count of [1, 1500, 4000]) {
    assert.notEqual(samplesOf("binary", -1, count), samplesOf("binary", 1, count));
    assert.notEqual(samplesOf("regression", -0.5, count), samplesOf("regression", 0.5, count));
  }
  const classes = Array.from({ length: 8 }, (_, k) => samplesOf("multiclass", k));
  assert.equal(new Set(classes).size, 8);
  const labels = Array.from({ length: 16 }, (_, mask) => samplesOf("multilabel", mask));
  assert.equal(new Set(labels).size, 16);
});

test("a negative bias has a minus", () => {
  const rects = (/** @type {number} */ bias) => {
    const { context, drawn } = recorder();
    const column = { x: [50], y: [50] };
    const layout = /** @type {any} */ ({ columns: [column, column], tile: 40, biases: [0] });
    drawBiases(context, layout, Float32Array.of(bias), COLORS);
    return drawn.length;
  };
  assert.equal(rects(1), 1);
  assert.equal(rects(-1), 2);
});
