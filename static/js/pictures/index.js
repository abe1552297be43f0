// Pictures of what the page shows, to keep: as vectors (SVG), or as pixels (PNG) made from them.

/**
 * @import {Translate} from "../i18n.js"
 * @import {ChartState} from "./chart-picture.js"
 * @import {MapState} from "./map-picture.js"
 * @import {NetworkState} from "./network-picture.js"
 *
 * @typedef {object} Sources What the views show now; null when there is nothing yet.
 * @property {() => NetworkState | null} network
 * @property {() => MapState | null} map
 * @property {() => ChartState | null} chart
 *
 * @typedef {keyof Sources} Subject
 */

import { readThemeColors } from "../parts/theme-colors.js";
import { drawChart } from "./chart-picture.js";
import { drawMap } from "./map-picture.js";
import { drawNetwork } from "./network-picture.js";

/** Pixels of a PNG for each unit of the drawing. */
const RATIO = 2;

/** @type {Subject[]} */
export const SUBJECTS = ["network", "map", "chart"];

/**
 * A picture as SVG text, in the colours of the theme in force; null when there is nothing to see.
 *
 * @param {Subject} subject
 * @param {Sources} sources
 * @param {Translate} t
 */
export function draw(subject, sources, t) {
  const options = { t, colors: readThemeColors() };
  const [network, map, chart] = [sources.network(), sources.map(), sources.chart()];
  if (subject === "network") return network && drawNetwork(network, options);
  if (subject === "map") return map && drawMap(map, options);
  return chart && drawChart(chart, options);
}

/** @param {string} svg */
export const svgFile = (svg) => new Blob([svg], { type: "image/svg+xml" });

/**
 * The same in pixels.
 *
 * @param {string} svg
 * @returns {Promise<Blob>}
 */
export async function pngFile(svg) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.width * RATIO);
  canvas.height = Math.round(image.height * RATIO);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("No picture.")))),
  );
}
