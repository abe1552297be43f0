import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import {
  choices,
  decodeMap,
  describeField,
  describeParameter,
  findEntry,
  fromPosition,
  readNumber,
  toPosition,
  withCurrent,
} from "../../static/js/schema.js";

const field = (/** @type {object} */ more) => ({
  label: "Some field",
  help: "What it does.",
  type: "number",
  default: 1,
  ...more,
});
const entry = (/** @type {string} */ kind, /** @type {string[] | null} */ problems = null) => ({
  kind,
  label: kind.toUpperCase(),
  help: "",
  problems,
  default: { kind },
  parameters: [],
});
const CATALOG = {
  protocol: 1,
  version: "0",
  speed: 120,
  exporters: [],
  limits: { layers: 30, drawn_layers: 8, units: 32 },
  fields: {
    listed: field({ options: [0.1, 0.3, 1], minimum: 0 }),
    ranged: field({ minimum: 0, maximum: 80, ui_maximum: 50, step: 5 }),
    open: field({ minimum: 0 }),
    whole: field({ type: "integer", minimum: 1, maximum: 9 }),
    flag: field({ type: "boolean" }),
    words: field({ type: "string" }),
    part: field({ type: "component", component: "thing" }),
  },
  components: { thing: [entry("a"), entry("b", ["p"]), entry("c", ["q", "p"])] },
};

test("each type of field gets its control", () => {
  const widgets = Object.keys(CATALOG.fields).map((name) => describeField(CATALOG, name).widget);
  assert.deepEqual(widgets, ["select", "slider", "number", "slider", "toggle", "text", "select"]);
});

test("a control offers the range for the page, and keeps that of the engine", () => {
  const { minimum, maximum, lowest, highest, step } = describeField(CATALOG, "ranged");
  assert.deepEqual([minimum, maximum, lowest, highest, step], [0, 50, 0, 80, 5]);
  assert.equal(describeField(CATALOG, "whole").step, 1);
});

test("a field that is not in the catalogue is an error that names it", () => {
  assert.throws(() => describeField(CATALOG, "nothing"), /no field "nothing"/);
});

test("a parameter with a range is a slider, otherwise a number", () => {
  const alpha = {
    name: "alpha",
    label: "alpha",
    minimum: 0,
    maximum: 1,
    step: null,
    default: 0.01,
  };
  assert.equal(describeParameter(alpha).widget, "slider");
  assert.equal(describeParameter(alpha).step, 0.01);
  assert.equal(describeParameter({ ...alpha, maximum: null }).widget, "number");
  assert.equal(describeParameter({ ...alpha, default: "text" }).widget, "text");
});

test("a logarithmic parameter whose range starts at 0 is shown on a linear slider", () => {
  const parameter = { name: "x", label: "x", minimum: 0, maximum: 1, step: 0.1, default: 0.5 };
  assert.equal(describeParameter({ ...parameter, scale: "log" }).log, false);
  assert.equal(describeParameter({ ...parameter, scale: "log", minimum: 0.1 }).log, true);
});

test("components that do not fit the problem are not offered", () => {
  const kinds = (/** @type {string} */ problem) =>
    choices(CATALOG, "thing", problem).map(({ kind }) => kind);
  assert.deepEqual(kinds("p"), ["a", "b", "c"]);
  assert.deepEqual(kinds("q"), ["a", "c"]);
  assert.equal(choices(CATALOG, "thing").length, 3);
  assert.deepEqual(choices(CATALOG, "unknown"), []);
  assert.equal(findEntry(CATALOG, "thing", "b")?.label, "B");
  assert.equal(findEntry(CATALOG, "thing", undefined), undefined);
});

test("a value that is not in the list has its place in it", () => {
  assert.deepEqual(withCurrent([0.1, 0.3, 1], 0.25), [0.1, 0.25, 0.3, 1]);
  assert.deepEqual(withCurrent([0.1, 0.3], 0.3), [0.1, 0.3]);
  assert.deepEqual(withCurrent([0.1], undefined), [0.1]);
});

test("a linear slider leads every position to a step and back", () => {
  const range = fc.record({
    minimum: fc.integer({ min: -50, max: 50 }),
    steps: fc.integer({ min: 1, max: 200 }),
    step: fc.constantFrom(0.01, 0.1, 1, 5),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(range, ({ minimum, steps, step, at }) => {
      const control = { minimum, maximum: minimum + steps * step, step, log: false };
      const value = fromPosition(control, at);
      assert.ok(value >= minimum && value <= control.maximum);
      assert.ok(Math.abs(toPosition(control, value) - at) <= 0.5 / steps + 1e-9);
    }),
  );
});

test("a logarithmic slider has its ends at the ends and round numbers between", () => {
  const control = { minimum: 1, maximum: 1000, step: 1, log: true };
  assert.equal(fromPosition(control, 0), 1);
  assert.equal(fromPosition(control, 1), 1000);
  assert.equal(fromPosition(control, 0.5), 32);
  assert.equal(toPosition(control, 0.01), 0);
  assert.equal(toPosition(control, 1e9), 1);
});

test("typed numbers are read within their limits, with comma or point", () => {
  const limits = { lowest: 0, highest: 10, integer: false };
  assert.equal(readNumber(" 0,05 ", limits), 0.05);
  assert.equal(readNumber("1e-3", limits), 0.001);
  for (const text of ["", "x", "-1", "11", "NaN", "Infinity", "1e999", "0x10"]) {
    assert.equal(readNumber(text, limits), null, text);
  }
  assert.equal(readNumber("2.6", { ...limits, integer: true }), 3);
});

test("a picture in base64 becomes signed bytes", () => {
  const bytes = Buffer.from(Int8Array.of(-127, -1, 0, 1, 127).buffer).toString("base64");
  assert.deepEqual([...decodeMap(bytes)], [-127, -1, 0, 1, 127]);
});
