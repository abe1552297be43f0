import assert from "node:assert/strict";
import { test } from "node:test";
import {
  css,
  inkOn,
  maskClasses,
  maskColor,
  mixClasses,
  paintLabels,
  paintPlanes,
  paintWinners,
  pixel,
  probabilityTable,
  signed,
  signedTable,
  withGain,
  ZERO,
} from "../../static/js/color.js";

/** @type {import("../../static/js/color.js").Palette} */
const palette = {
  negative: [240, 144, 47],
  neutral: [233, 236, 239],
  positive: [8, 119, 189],
  classes: [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
  ],
};

/** @param {number} value */
const rgb = (value) => [value & 255, (value >> 8) & 255, (value >> 16) & 255];

test("a table runs from negative over neutral to positive", () => {
  const table = signedTable(palette);
  assert.deepEqual(rgb(table[ZERO - 127]), palette.negative);
  assert.deepEqual(rgb(table[ZERO]), palette.neutral);
  assert.deepEqual(rgb(table[ZERO + 127]), palette.positive);
  assert.equal(table.length, 256);
  assert.ok(table.every((entry) => entry >>> 24 === 255));
});

test("values beyond 1 have the colour of 1", () => {
  assert.deepEqual(signed(palette, 7), palette.positive);
  assert.deepEqual(signed(palette, -7), palette.negative);
  assert.deepEqual(signed(palette, Number.NaN), palette.neutral);
});

test("discretized, only the sign counts, and 0 is neither", () => {
  const table = signedTable(palette, true);
  assert.deepEqual(rgb(table[ZERO + 1]), palette.positive);
  assert.deepEqual(rgb(table[ZERO - 1]), palette.negative);
  assert.deepEqual(rgb(table[ZERO]), palette.neutral);
});

test("a probability runs from neutral to its colour", () => {
  const table = probabilityTable(palette, [255, 0, 0]);
  assert.deepEqual(rgb(table[ZERO]), palette.neutral);
  assert.deepEqual(rgb(table[ZERO + 127]), [255, 0, 0]);
  const discrete = probabilityTable(palette, [255, 0, 0], true);
  assert.deepEqual(rgb(discrete[ZERO + 63]), palette.neutral);
  assert.deepEqual(rgb(discrete[ZERO + 64]), [255, 0, 0]);
});

test("a table with a gain has the colours of weaker values, and is made once", () => {
  const table = Uint32Array.from({ length: 256 }, (_, i) => i);
  const half = withGain(table, 0.5);
  assert.deepEqual(
    [-127, -10, 0, 100].map((value) => half[value + ZERO] - ZERO),
    [-63, -5, 0, 50],
  );
  assert.equal(withGain(table, 0.5), half);
  assert.equal(withGain(table, 1), table);
  assert.notEqual(withGain(signedTable(palette), 0.5), half);
});

test("class colours are mixed by probability, the rest is neutral", () => {
  const planes = {
    red: new Float32Array(3),
    green: new Float32Array(3),
    blue: new Float32Array(3),
    sum: new Float32Array(3),
  };
  mixClasses([Int8Array.of(127, 64, 0), Int8Array.of(0, 63, 0)], palette, planes);
  const pixels = new Uint32Array(3);
  paintPlanes(planes, pixels);
  assert.deepEqual(rgb(pixels[0]), [255, 0, 0]);
  assert.deepEqual(rgb(pixels[1]), [129, 126, 0]);
  assert.deepEqual(rgb(pixels[2]), palette.neutral);
});

test("independent labels that are all certain are mixed evenly", () => {
  const planes = {
    red: new Float32Array(1),
    green: new Float32Array(1),
    blue: new Float32Array(1),
    sum: new Float32Array(1),
  };
  mixClasses([Int8Array.of(127), Int8Array.of(127)], palette, planes);
  assert.deepEqual([planes.red[0], planes.green[0], planes.blue[0]], [127.5, 127.5, 0]);
});

test("discretized classes show the most probable one", () => {
  const pixels = new Uint32Array(2);
  paintWinners([Float32Array.of(10, 30), Float32Array.of(20, 5)], palette, pixels);
  assert.deepEqual([...pixels].map(rgb), [palette.classes[1], palette.classes[0]]);
});

test("discretized labels show the mean of those that apply", () => {
  const pixels = new Uint32Array(2);
  paintLabels([Float32Array.of(127, 0), Float32Array.of(127, 20)], palette, pixels);
  assert.deepEqual([...pixels].map(rgb), [[128, 128, 0], palette.neutral]);
});

test("a mask of labels gives its classes and their mean colour", () => {
  assert.deepEqual(maskClasses(0), []);
  assert.deepEqual(maskClasses(0b101), [0, 2]);
  assert.deepEqual(maskColor(palette, 0), palette.neutral);
  assert.deepEqual(maskColor(palette, 0b101), [127.5, 0, 127.5]);
});

test("colours become CSS and pixels", () => {
  assert.equal(css([1.4, 2.6, 3], 0.5), "rgb(1 3 3 / 0.5)");
  assert.equal(pixel([1, 2, 3]), 0xff030201);
});

test("ink is dark on light colours and light on dark ones", () => {
  assert.equal(inkOn([255, 255, 200]), "#000000");
  assert.equal(inkOn([82, 24, 100]), "#ffffff");
  assert.equal(inkOn([117, 117, 117]), "#ffffff"); // where both have 4.6:1
  assert.equal(inkOn([118, 118, 118]), "#000000");
});
