import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { computeLayout } from "../../static/js/layout.js";
import { GLIDE_MS } from "../../static/js/parts/network-glide.js";
import { createNetworkPainter } from "../../static/js/parts/network-painter.js";

const ROOM = { width: 884, height: 780, left: 70, right: 30, control: 26 };
const SIDE = 8;
const colors = /** @type {any} */ ({
  negative: [255, 0, 0],
  positive: [0, 0, 255],
  neutral: [200, 200, 200],
  lines: { negative: [255, 0, 0], positive: [0, 0, 255] },
  faint: [120, 120, 120],
  muted: [90, 90, 90],
  ink: [0, 0, 0],
  ground: [255, 255, 255],
  classes: [],
});

/** What a test needs of a canvas: every call with the opacity that it had. */
class Sheet {
  /** @type {{name: string, values: any[], alpha: number}[]} */
  calls = [];
  constructor(/** @type {number} */ width, /** @type {number} */ height) {
    Object.assign(this, { width, height });
  }
  getContext() {
    const { calls } = this;
    /** @type {any} */
    const state = { globalAlpha: 1 };
    return new Proxy(state, {
      get: (target, name) =>
        name in target
          ? target[name]
          : (/** @type {any[]} */ ...values) => {
              calls.push({ name: String(name), values, alpha: target.globalAlpha });
              const [width, height] = values;
              return name === "createImageData"
                ? { data: new Uint8ClampedArray(4 * width * height) }
                : null;
            },
    });
  }
}

/** @type {any} */
const page = globalThis;
const real = { ...page };
let now = 1000;
/** @type {(() => void)[]} */
let frames = [];
beforeEach(() => {
  frames = [];
  page.OffscreenCanvas = Sheet;
  page.requestAnimationFrame = (/** @type {() => void} */ run) => frames.push(run);
  performance.now = () => now;
});
afterEach(() => {
  page.OffscreenCanvas = real.OffscreenCanvas;
  page.requestAnimationFrame = real.requestAnimationFrame;
  delete (/** @type {any} */ (performance).now);
});

/** @param {number[]} layers @param {boolean} glides */
function job(layers, glides) {
  const inputs = [true, true];
  const layout = computeLayout({ features: inputs, layers, outputs: 1 }, ROOM);
  const features = inputs.map((active) => ({ active, map: new Int8Array(32 * 32), scale: 1 }));
  const units = layers.reduce((sum, count) => sum + count, 0);
  const frame = {
    parameters: new Float32Array(layout.parameters).fill(1),
    units: new Int8Array(units * SIDE * SIDE).fill(50),
    unitScales: new Float32Array(units).fill(1),
    unitSide: SIDE,
    outputs: [new Int8Array(50 * 50)],
    outputScales: new Float32Array(1).fill(1),
    side: 50,
  };
  const drawing = { layout, features, discretize: false, ratio: 1, glides };
  return { colors, drawing, frame, flows: false };
}

/** @param {number[]} before @param {number[]} after */
function change(before, after, glides = true) {
  const canvas = /** @type {any} */ (new Sheet(1, 1));
  const painter = createNetworkPainter(canvas);
  const [from, to] = [job(before, false), job(after, glides)];
  painter.paint(from);
  canvas.calls.length = 0;
  painter.paint(to);
  /** What is drawn after a part of the time. @param {number} t */
  const at = (t) => {
    const start = now;
    canvas.calls.length = 0;
    now = start + t * GLIDE_MS;
    frames.splice(0).forEach((run) => run());
    now = start;
    return tilesOf(canvas.calls);
  };
  return { first: tilesOf(canvas.calls), at, from: from.drawing.layout, to: to.drawing.layout };
}

/** @param {Sheet["calls"]} calls */
const tilesOf = (calls) =>
  calls
    .filter(({ name, values }) => name === "drawImage" && values.length === 9)
    .map(({ values, alpha }) => ({ x: values[5], y: values[6], side: values[7], alpha }));

test("a neuron that is taken away shrinks where it was, fades, and is gone at the end", () => {
  const { first, at, from, to } = change([4, 2], [3, 2]);
  const [x, y] = [from.columns[1].x[3], from.columns[1].y[3]];
  const ghost = (/** @type {ReturnType<typeof tilesOf>} */ tiles) =>
    tiles.find(
      (tile) =>
        Math.abs(tile.x + tile.side / 2 - x - from.tile / 2) < 0.01 &&
        Math.abs(tile.y + tile.side / 2 - y - from.tile / 2) < 0.01,
    );
  assert.deepEqual(ghost(first), { x, y, side: from.tile, alpha: 1 });
  const sides = [0.25, 0.5, 0.75].map((t) => {
    const tile = ghost(at(t));
    assert.ok(tile && tile.alpha > 0 && tile.alpha < 1);
    return tile.side;
  });
  assert.ok(from.tile > sides[0] && sides[0] > sides[1] && sides[1] > sides[2]);
  assert.equal(first.length, 2 + 4 + 2 + 1); // all that was is still there
  const end = at(1);
  assert.equal(end.length, 2 + 3 + 2 + 1);
  assert.ok(end.every(({ alpha }) => alpha === 1));
  assert.deepEqual(
    end.map((tile) => tile.y),
    to.columns.flatMap((column) => [...column.y]),
  );
});

test("a layer that is taken away fades with all of its neurons", () => {
  const { first, at } = change([4, 2], [4]);
  assert.equal(first.length, 2 + 4 + 2 + 1);
  assert.equal(at(0.5).filter(({ alpha }) => alpha < 1).length, 2);
  assert.equal(at(1).length, 2 + 4 + 1);
});

test("without motion what is taken away is gone at once", () => {
  const { first } = change([4, 2], [3, 2], false);
  assert.equal(first.length, 2 + 3 + 2 + 1);
  assert.equal(frames.length, 0);
});
