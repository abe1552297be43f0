import assert from "node:assert/strict";
import test from "node:test";
import { classNames, dataValue, nameOf, rangeOf } from "../../static/js/axes.js";

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
