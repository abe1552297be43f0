import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { guessDecimal, isDate, isMissing, readNumber } from "../../static/js/import/numbers.js";

/** @type {[string, number][]} */
const POINT = [
  ["1", 1],
  ["-1.5", -1.5],
  ["+.5", 0.5],
  ["5.", 5],
  ["1e-3", 0.001],
  ["\u22121.5", -1.5],
  ["1,234.5", 1234.5],
  ["1,234,567", 1234567],
  ["1 234.5", 1234.5],
  ["1\u00a0234", 1234],
  ["12\u202f345", 12345],
  ["1'234.50", 1234.5],
  ["45%", 45],
  ["4.5 %", 4.5],
  ["$1,200.50", 1200.5],
  ["-€ 3", -3],
  ["3 €", 3],
  ["1e400", Infinity],
  ["-inf", -Infinity],
  ["00012", 12],
  ["12345678901234567890", 12345678901234567000],
];

/** @type {[string, number][]} */
const COMMA = [
  ["1,5", 1.5],
  ["-1.234,5", -1234.5],
  ["1.234", 1234],
  ["1 234,56", 1234.56],
  [",5", 0.5],
  ["1,5e3", 1500],
  ["12,5 %", 12.5],
  ["7", 7],
];

const NO_NUMBERS = ["", "-", "abc", "1.2.3", "1,23,4", "12 kg", "0x1F", "1e", "--1", "=1+1", "1-2"];

test("numbers are read as people write them with a decimal point", () => {
  for (const [text, value] of POINT) assert.equal(readNumber(text, "."), value, text);
  for (const text of [...NO_NUMBERS, "1,5", "1.234,5"])
    assert.ok(isNaN(readNumber(text, ".")), text);
});

test("numbers are read as people write them with a decimal comma", () => {
  for (const [text, value] of COMMA) assert.equal(readNumber(text, ","), value, text);
  for (const text of [...NO_NUMBERS, "1.5", "1,234.5"])
    assert.ok(isNaN(readNumber(text, ",")), text);
});

test("every number that a program writes is read as it is, with a point and with a comma", () => {
  const doubles = fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0); // no -0
  fc.assert(
    fc.property(doubles, (value) => {
      assert.equal(readNumber(`${value}`, "."), value);
      assert.equal(readNumber(`${value}`.replace(".", ","), ","), value);
      if (Math.abs(value) < 1e15) {
        const whole = Math.round(value);
        assert.equal(readNumber(whole.toLocaleString("en"), "."), whole);
        assert.equal(readNumber(whole.toLocaleString("de"), ","), whole);
        assert.equal(readNumber(whole.toLocaleString("fr"), ","), whole);
      }
    }),
  );
});

test("any text gives a number or none, without an error and at once", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (text) => {
      assert.equal(typeof readNumber(text, "."), "number");
      assert.equal(typeof readNumber(text, ","), "number");
    }),
  );
  assert.ok(isNaN(readNumber("1 ".repeat(5000), ".")));
});

test("words for no value are known in any case", () => {
  for (const text of ["", "NA", "n/a", "#N/A", "NaN", "null", "NULL", "?", "-", "\u2014", "\\N"]) {
    assert.ok(isMissing(text), text);
  }
  for (const text of ["0", "no", "none", "nada", "--", "nanometre"])
    assert.ok(!isMissing(text), text);
});

test("dates are no numbers, and numbers no dates", () => {
  for (const text of ["2024-01-31", "31.1.2024", "1/2/24", "2024-01-31T10:00", "10:30"]) {
    assert.ok(isDate(text), text);
    assert.ok(isNaN(readNumber(text, ".")), text);
  }
  for (const text of ["2024", "1.5", "-3", "1/2"]) assert.ok(!isDate(text), text);
});

test("what separates decimals is told by the cells, and where these are unclear by the delimiter", () => {
  assert.equal(guessDecimal(["1,5", "2,25", "x"], ";"), ",");
  assert.equal(guessDecimal(["1.5", "2"], ","), ".");
  assert.equal(guessDecimal(["1.234,5", "7"], "\t"), ",");
  assert.equal(guessDecimal(["1,234.5", "7"], "\t"), ".");
  assert.equal(guessDecimal(["0,125", "0,250"], "\t"), ",");
  assert.equal(guessDecimal(["1,234", "5,678"], ";"), ",");
  assert.equal(guessDecimal(["1,234", "5,678"], "\t"), ".");
  assert.equal(guessDecimal(["a", "b"], ";"), ".");
});
