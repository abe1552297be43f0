import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  differenceCiede2000,
  filterDeficiencyDeuter,
  filterDeficiencyProt,
  filterDeficiencyTrit,
  rgb,
  wcagContrast,
} from "culori";
import { PALETTES, properties } from "../../static/js/palettes.js";

const css = readFileSync(new URL("../../static/css/tokens.css", import.meta.url), "utf8");

/** @typedef {Record<string, string>} Tokens */

/** The colours of one block of the style sheet. @param {string} selector @returns {Tokens} */
function block(selector) {
  const start = css.indexOf("{", css.indexOf(`${selector} {`));
  const text = css.slice(start, css.indexOf("}", start));
  return Object.fromEntries(
    [...text.matchAll(/(--[a-z0-9-]+): (#[0-9a-f]{3,6});/g)].map(([, name, value]) => [
      name,
      value,
    ]),
  );
}

const light = block(":root");
/** @type {Record<string, Tokens>} */
const themes = { light, dark: { ...light, ...block(':root[data-theme="dark"]') } };
/** Every theme in every palette. @type {[string, Tokens][]} */
const looks = Object.entries(themes).flatMap(([theme, tokens]) => [
  /** @type {[string, Tokens]} */ ([`${theme}, standard`, tokens]),
  ...PALETTES.map(
    (palette) =>
      /** @type {[string, Tokens]} */ ([
        `${theme}, ${palette.name}`,
        { ...tokens, ...properties(palette[/** @type {"light" | "dark"} */ (theme)]) },
      ]),
  ),
]);

/** Texts and what they stand on (WCAG 1.4.3). */
const TEXTS = [
  ...["--ink", "--ink-2", "--ink-3", "--accent"].flatMap((ink) =>
    ["--bg", "--surface", "--surface-2"].map((ground) => [ink, ground]),
  ),
  ["--on-accent", "--accent"],
  ["--on-accent", "--accent-hover"],
  ["--ink", "--accent-soft"],
  ["--ink", "--warning-soft"],
  ["--warning", "--warning-soft"],
  ["--warning", "--surface"],
  ["--danger", "--danger-soft"],
  ["--danger", "--surface"],
  ["--good", "--good-soft"],
  ["--on-header", "--header"],
  ["--on-header-2", "--header"],
  ["--on-header", "--header-hover"],
].filter(([ink, ground]) => !(ink === "--accent" && ground === "--surface-2"));
/** Lines and marks that mean something (WCAG 1.4.11). */
const MARKS = ["--negative-line", "--positive-line", "--focus", "--ink"].flatMap((mark) =>
  ["--bg", "--surface"].map((ground) => [mark, ground]),
);

test("texts have a contrast of 4.5, and lines and marks one of 3, in every theme and palette", () => {
  const low = looks.flatMap(([look, tokens]) =>
    [...TEXTS.map((pair) => [...pair, 4.5]), ...MARKS.map((pair) => [...pair, 3])]
      .map(([a, b, least]) => ({ a, b, least, is: wcagContrast(tokens[a], tokens[b]) }))
      .filter(({ is, least }) => !(is >= Number(least)))
      .map(({ a, b, is }) => `${look}: ${a} on ${b}: ${is}`),
  );
  assert.deepEqual(low, []);
});

const EYES = {
  usual: (/** @type {any} */ color) => color,
  protanopia: filterDeficiencyProt(1),
  deuteranopia: filterDeficiencyDeuter(1),
  tritanopia: filterDeficiencyTrit(1),
};
const distance = differenceCiede2000();

/**
 * The smallest distance (CIEDE2000) of any two, for any eyes.
 *
 * @param {string[]} colors
 */
function nearest(colors) {
  const distances = Object.values(EYES).flatMap((eye) => {
    const seen = colors.map((color) => eye(rgb(color)));
    return seen.flatMap((a, i) => seen.slice(0, i).map((b) => distance(a, b)));
  });
  return Math.min(...distances);
}

const classes = (/** @type {Tokens} */ tokens) =>
  Array.from({ length: 8 }, (_, k) => tokens[`--class-${k}`]);
const values = (/** @type {Tokens} */ tokens) => [
  tokens["--negative"],
  tokens["--neutral"],
  tokens["--positive"],
];

test("what values mean is seen by every eye, in every theme and palette", () => {
  for (const [look, tokens] of looks) {
    assert.ok(nearest(values(tokens)) > 20, `${look}: ${nearest(values(tokens))}`);
  }
});

test("the palette for colour-blind eyes keeps eight classes far apart", () => {
  for (const theme of /** @type {const} */ (["light", "dark"])) {
    const palette = PALETTES.find(({ name }) => name === "contrast");
    assert.ok(palette);
    const { lines, classes: colors } = palette[theme];
    assert.ok(nearest(colors) > 15, `${theme}: ${nearest(colors)}`);
    assert.ok(nearest(colors) > 1.5 * nearest(classes(themes[theme])));
    assert.ok(wcagContrast(...lines) >= 3, "light against dark, without any hue");
  }
});

test("grey has no hue, and lightness tells all apart", () => {
  const palette = PALETTES.find(({ name }) => name === "grey");
  assert.ok(palette);
  for (const shades of [palette.light, palette.dark]) {
    const all = Object.values(properties(shades));
    for (const color of all) {
      const { r, g, b } = /** @type {{r: number, g: number, b: number}} */ (rgb(color));
      assert.ok(r === g && g === b, color);
    }
    assert.ok(nearest(shades.classes) > 5, `${nearest(shades.classes)}`);
  }
});
