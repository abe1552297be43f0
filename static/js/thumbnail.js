import { css, maskColor, signed } from "./color.js";
import { labelKind } from "./parts/map-model.js";
import { readThemeColors } from "./parts/theme-colors.js";

/** @import {Entry} from "./schema.js" */

const RANGE = 6.4;
const SIDE = 64;
const MARK = 3.4;

/**
 * The points of a dataset as a small picture, x2 upwards. It is an image because a canvas, though nothing
 * changes on it, has to be put together with the rest of the page in every frame.
 *
 * @param {Entry} entry
 * @returns {string} its address
 */
export function drawThumbnail({ thumbnail, problems }) {
  const labels = labelKind(problems?.[0] ?? "");
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  if (!context || !thumbnail) return "";
  const ratio = Math.max(1, Math.min(3, devicePixelRatio));
  const pixels = Math.round((SIDE * ratio) / 1.6);
  canvas.width = canvas.height = pixels;
  const palette = readThemeColors();
  const scale = pixels / (2 * RANGE);
  const mark = (MARK * pixels) / SIDE;
  thumbnail.x1.forEach((x1, i) => {
    const x = (x1 + RANGE) * scale;
    const y = (RANGE - thumbnail.x2[i]) * scale;
    context.fillStyle = css(colorOf(palette, thumbnail.label[i], labels));
    context.beginPath();
    context.arc(x, y, mark / 2, 0, 2 * Math.PI);
    context.fill();
  });
  return canvas.toDataURL();
}

/**
 * @param {import("./color.js").Palette} palette
 * @param {number} label
 * @param {import("./parts/map-model.js").LabelKind} labels
 */
function colorOf(palette, label, labels) {
  if (labels === "signs") return signed(palette, label > 0 ? 1 : -1);
  if (labels === "numbers") return signed(palette, label);
  if (labels === "classes") return palette.classes[label % palette.classes.length];
  return maskColor(palette, label);
}
