import assert from "node:assert/strict";
import { test } from "node:test";
import {
  asSentence,
  formatCount,
  formatEpoch,
  formatInput,
  formatSetting,
  formatLoss,
  formatPercent,
  formatShort,
  formatWeight,
  formatDecade,
  formatFixed,
  parseNumber,
  setLocale,
} from "../../static/js/format.js";
import { localeOf } from "../../static/js/languages.js";

/** @type {[(value: any) => string, any, string][]} */
const cases = [
  [formatEpoch, 0, "000,000"],
  [formatEpoch, 400, "000,400"],
  [formatEpoch, 1_234_567, "1,234,567"],
  [formatCount, 0, "0"],
  [formatCount, 12_400, "12,400"],
  [formatLoss, 0, "0.000"],
  [formatLoss, 0.0312, "0.031"],
  [formatLoss, 0.000031, "3.1e−5"],
  [formatLoss, 12_345.6, "12346"],
  [formatLoss, 1.5e9, "1.50e9"],
  [formatLoss, null, "–"],
  [formatLoss, Number.NaN, "–"],
  [formatWeight, 0, "0.0000"],
  [formatWeight, 0.2034, "0.2034"],
  [formatWeight, -1.23456, "−1.2346"],
  [formatWeight, 12.3456, "12.346"],
  [formatWeight, 0.00001, "1.0e−5"],
  [formatWeight, -123_456, "−1.23e5"],
  [formatShort, 1.44, "1.4"],
  [formatShort, 6, "6"],
  [formatShort, -0.25, "−0.25"],
  [formatShort, 0.00012, "1.2e−4"],
  [formatShort, 1500, "1500"],
  [formatShort, Infinity, "–"],
  [formatPercent, 0.984, "98.4%"],
  [formatPercent, Number.NaN, "–"],
  [formatInput, 0.20341234, "0.2034"],
  [formatSetting, -0.5, "\u22120.5"],
  [formatSetting, 1e-8, "1e\u22128"],
  [formatInput, -0.0000123456, "-0.0000123"],
  [formatInput, 1e-9, "1e-9"],
];

for (const [format, value, expected] of cases) {
  test(`${format.name}(${value}) is ${expected}`, () => assert.equal(format(value), expected));
}

/** @type {[string, number | null][]} */
const typed = [
  ["0.5", 0.5],
  [" -1,25 ", -1.25],
  ["−3", -3],
  ["+.5e-3", 0.0005],
  ["2.", 2],
  ["", null],
  ["-", null],
  ["1e999", null],
  ["0x10", null],
  ["1,000.5", null],
  ["NaN", null],
];

for (const [text, expected] of typed) {
  test(`parseNumber("${text}") is ${expected}`, () => assert.equal(parseNumber(text), expected));
}

test("what formatInput writes, parseNumber reads", () => {
  for (const value of [0, 1, -0.2034, 1e-9, 123456.7891, -1e6]) {
    assert.equal(parseNumber(formatInput(value)), Number(formatInput(value)));
  }
});

/** @type {Record<string, string[]>} */
const OF_REGIONS = {
  en: ["000,400", "12,400", "0.031", "\u22121.2346", "3.1e\u22125", "98.4%", "0.001", "-0.5"],
  es: ["000.400", "12.400", "0,031", "\u22121,2346", "3,1e\u22125", "98,4\u00a0%", "0,001", "-0,5"],
  "es-MX": ["000,400", "12,400", "0.031", "\u22121.2346", "3.1e\u22125", "98.4%", "0.001", "-0.5"],
};
for (const [locale, expected] of Object.entries(OF_REGIONS)) {
  test(`numbers are written as in ${locale}`, () => {
    setLocale(locale);
    const found = [
      formatEpoch(400),
      formatCount(12_400),
      formatLoss(0.0312),
      formatWeight(-1.23456),
      formatShort(0.000031),
      formatPercent(0.984),
      formatDecade(-3),
      formatInput(-0.5),
    ];
    const typed = parseNumber(formatInput(0.03));
    setLocale("en");
    assert.deepEqual(found, expected);
    assert.equal(typed, 0.03);
  });
}

test("a zero has no minus", () => assert.equal(formatFixed(-0, 3), "0.000"));

test("a part of a sentence becomes one", () => {
  assert.equal(asSentence("got 5, expected a text"), "Got 5, expected a text.");
  assert.equal(asSentence("¿querías decir floor?"), "¿querías decir floor?");
});

test("numbers are written as in the browser's region, unless it is none", () => {
  assert.equal(localeOf("es", ["en-US", "es-MX", "es-ES"]), "es-MX");
  assert.equal(localeOf("es", ["en-US"]), "es");
  assert.equal(localeOf("en", ["en-US@posix"]), "en");
  assert.equal(localeOf("en", ["en-US@posix", "en-GB"]), "en-GB");
});
