import assert from "node:assert/strict";
import test from "node:test";
import {
  classNames,
  dataValue,
  hasNames,
  hasUnits,
  nameOf,
  rangeOf,
  tickTexts,
} from "../../static/js/axes.js";

const OWN = {
  kind: "custom",
  x1_name: "height (cm)",
  x1_low: 140,
  x1_high: 200,
  target_low: 0,
  target_high: 50,
  class_names: ["cat", "dog"],
};

test("a rule has the coordinates of the plot", () => {
  assert.deepEqual(rangeOf({ kind: "circle" }, "x1"), [-6, 6]);
  assert.equal(dataValue({ kind: "circle" }, "x2", 0.1 + 0.2), 0.1 + 0.2);
  assert.equal(dataValue(undefined, "x1", 3), 3);
  assert.equal(nameOf({ kind: "circle" }, "x1"), "x1");
});

test("own data have their own units and names", () => {
  assert.deepEqual(rangeOf(OWN, "x1"), [140, 200]);
  assert.equal(dataValue(OWN, "x1", 0), 170);
  assert.equal(dataValue(OWN, "x1", -6), 140);
  assert.equal(dataValue(OWN, "target", 1), 50);
  assert.equal(dataValue(OWN, "x2", 2.5), 2.5);
  assert.equal(nameOf(OWN, "x1"), "height (cm)");
});

test("classes without a name keep the usual one", () => {
  assert.deepEqual(classNames(OWN, ["Class 1", "Class 2", "Class 3"]), ["cat", "dog", "Class 3"]);
  assert.deepEqual(classNames({ kind: "rings" }, ["Class 1"]), ["Class 1"]);
});

test("numbers along an axis have as many digits as tell them apart", () => {
  assert.deepEqual(tickTexts([-6, -4, 0, 2]), ["\u22126", "\u22124", "0", "2"]);
  assert.deepEqual(tickTexts([185, 190, 195]), ["185", "190", "195"]);
  assert.deepEqual(tickTexts([0.5, 1, 1.5]), ["0.5", "1.0", "1.5"]);
  assert.deepEqual(tickTexts([-1e7, 0, 1e7]), ["\u22121e7", "0", "1e7"]);
  assert.deepEqual(
    tickTexts([1e-7, 1.5e-7]),
    ["1.0e-7", "1.5e-7"].map((text) => text.replace("-", "\u2212")),
  );
  const texts = tickTexts([1_000_000, 1_000_001, 1_000_002]);
  assert.equal(new Set(texts).size, 3, texts.join());
  assert.deepEqual(tickTexts([3]), ["3"]);
});

test("drawn points have neither units nor names, a table has", () => {
  const drawn = {
    kind: "custom",
    x1_name: "x1",
    x2_name: "x2",
    x1_low: -6,
    x1_high: 6,
    x2_low: -6,
    x2_high: 6,
  };
  assert.deepEqual([hasNames(drawn), hasUnits(drawn)], [false, false]);
  assert.deepEqual([hasNames(OWN), hasUnits(OWN)], [true, true]);
  assert.deepEqual([hasNames({ kind: "circle" }), hasUnits({ kind: "circle" })], [false, false]);
});
