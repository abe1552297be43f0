// The colours of the theme in force, as numbers: canvases cannot use custom properties.

/** @import {Palette, Rgb} from "../color.js" */

/**
 * @typedef {Palette & {lines: {negative: Rgb, positive: Rgb}, signs: boolean, ink: Rgb, muted: Rgb, faint: Rgb, line: Rgb, lineStrong: Rgb, surface: Rgb, ground: Rgb,
 *   accent: Rgb, danger: Rgb}} ThemeColors
 */

const CLASSES = Array.from({ length: 8 }, (_, k) => `--class-${k}`);
const NAMES = [
  "--negative",
  "--neutral",
  "--positive",
  "--negative-line",
  "--positive-line",
  ...CLASSES,
  "--ink",
  "--ink-2",
  "--ink-3",
  "--line",
  "--line-strong",
  "--surface",
  "--bg",
  "--accent",
  "--danger",
];

/** What was read last: the same for the whole page until its theme changes. @type {ThemeColors | null} */
let known = null;

/** The theme is another one now. */
export function forgetThemeColors() {
  known = null;
}

/**
 * The colours, read once: asking for a style in the middle of building the page lays it out each time.
 *
 * @returns {ThemeColors}
 */
export const readThemeColors = () => (known ??= read(getComputedStyle(document.documentElement)));

/**
 * @param {CSSStyleDeclaration} style
 * @returns {ThemeColors}
 */
function read(style) {
  const canvas = document.createElement("canvas");
  canvas.width = NAMES.length;
  canvas.height = 1;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("This browser offers no 2D canvas.");
  NAMES.forEach((name, at) => {
    context.fillStyle = style.getPropertyValue(name).trim();
    context.fillRect(at, 0, 1, 1);
  });
  const { data } = context.getImageData(0, 0, NAMES.length, 1);
  const color = (/** @type {string} */ name) => {
    const at = 4 * NAMES.indexOf(name);
    return /** @type {Rgb} */ ([data[at], data[at + 1], data[at + 2]]);
  };
  return {
    negative: color("--negative"),
    neutral: color("--neutral"),
    positive: color("--positive"),
    lines: { negative: color("--negative-line"), positive: color("--positive-line") },
    signs: document.documentElement.hasAttribute("data-signs"),
    classes: CLASSES.map(color),
    ink: color("--ink"),
    muted: color("--ink-2"),
    faint: color("--ink-3"),
    line: color("--line"),
    lineStrong: color("--line-strong"),
    surface: color("--surface"),
    ground: color("--bg"),
    accent: color("--accent"),
    danger: color("--danger"),
  };
}
