// The colours of the theme in force, as numbers: canvases cannot use custom properties.

/** @import {Palette, Rgb} from "../color.js" */

/**
 * @typedef {Palette & {ink: Rgb, muted: Rgb, faint: Rgb, line: Rgb, lineStrong: Rgb, surface: Rgb, ground: Rgb,
 *   accent: Rgb, danger: Rgb}} ThemeColors
 */

const CLASSES = 8;

/**
 * @param {Element} element
 * @returns {ThemeColors}
 */
export function readThemeColors(element) {
  const style = getComputedStyle(element);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("This browser offers no 2D canvas.");

  /**
   * @param {string} name
   * @returns {Rgb}
   */
  const read = (name) => {
    context.fillStyle = style.getPropertyValue(name).trim();
    context.fillRect(0, 0, 1, 1);
    const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
    return [r, g, b];
  };
  return {
    negative: read("--negative"),
    neutral: read("--neutral"),
    positive: read("--positive"),
    classes: Array.from({ length: CLASSES }, (_, k) => read(`--class-${k}`)),
    ink: read("--ink"),
    muted: read("--ink-2"),
    faint: read("--ink-3"),
    line: read("--line"),
    lineStrong: read("--line-strong"),
    surface: read("--surface"),
    ground: read("--bg"),
    accent: read("--accent"),
    danger: read("--danger"),
  };
}
