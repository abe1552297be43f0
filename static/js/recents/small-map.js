/** @import {MapState} from "../pictures/map-picture.js" */

const SIDE = 144;
/** Points are drawn smaller than on the page. */
const SHRINK = 0.5;

/**
 * The decision map with its points as a small image.
 *
 * @param {MapState | null} state
 * @returns {string} its address
 */
export function drawSmallMap(state) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const context = canvas.getContext("2d");
  if (!context || !state) return "";
  context.imageSmoothingQuality = "high";
  context.drawImage(state.ground, 0, 0, SIDE, SIDE);
  context.scale(SHRINK, SHRINK);
  state.drawMarks(context, SIDE / SHRINK);
  return canvas.toDataURL("image/webp", 0.85);
}
