// What is no longer in the drawing: its tiles shrink and fade out where they were, and so do its links.

/**
 * @import {Links} from "../layout.js"
 * @import {Context} from "./canvas.js"
 * @import {Drawing, Parts} from "./network-painter.js"
 * @import {ThemeColors} from "./theme-colors.js"
 *
 * @typedef {object} Was What was drawn before.
 * @property {Drawing} drawing with the layout as it was seen last
 * @property {Parts} frame
 * @property {import("./network-tiles.js").Tiles} tiles
 */

import { createLinkPainter } from "./links.js";
import { createGlide } from "./network-glide.js";
import { OFF } from "./network-tiles.js";

/** How much of a tile is there when it begins to grow, or ends to shrink. */
export const SEED = 0.4;

/**
 * The links that are marked, by themselves.
 *
 * @param {Links} links
 * @param {Uint8Array} marks
 * @returns {Links}
 */
export function marked(links, marks) {
  const kept = (/** @type {any} */ values) =>
    values.filter((/** @type {number} */ _, /** @type {number} */ i) => marks[i]);
  const { count, ...arrays } = links;
  const entries = Object.entries(arrays).map(([name, values]) => [name, kept(values)]);
  const left = marks.subarray(0, count).reduce((sum, mark) => sum + mark, 0);
  return { ...Object.fromEntries(entries), count: left };
}

/**
 * @param {Was} was
 * @param {Pick<Drawing, "layout" | "features">} next
 * @param {ThemeColors} colors
 */
export function createLeave({ drawing, frame, tiles }, next, colors) {
  const { layout } = drawing;
  // What goes is what would come on the way back.
  const back = createGlide(next, drawing);
  const links = createLinkPainter();
  links.theme(colors);
  links.use(layout.links); // faint in a crowd, as they were
  links.place(marked(layout.links, back.fresh));

  return {
    /**
     * @param {Context} context
     * @param {number} left how much of it is still to be seen, from 1 to 0
     */
    drawLinks(context, left) {
      context.globalAlpha = left;
      links.paint(context, frame.parameters, null);
      context.globalAlpha = 1;
    },

    /**
     * @param {Context} context
     * @param {number} left
     * @returns {{x: number, y: number, side: number}[]} the boxes, for their corners
     */
    drawTiles(context, left) {
      const side = layout.tile * (SEED + (1 - SEED) * left);
      const inset = (layout.tile - side) / 2;
      /** @type {{x: number, y: number, side: number}[]} */
      const boxes = [];
      let unit = 0;
      for (const [index, { x, y }] of layout.columns.entries()) {
        const kind =
          index === 0 ? "feature" : index === layout.columns.length - 1 ? "output" : "unit";
        if (kind === "output") unit = 0;
        for (let row = 0; row < x.length; row++, unit++) {
          if (!back.isNew(index, row)) continue;
          const box = { x: x[row] + inset, y: y[row] + inset, side };
          const isInput = index > 0 || drawing.features[row].active;
          context.globalAlpha = left * (isInput ? 1 : OFF);
          tiles.draw(context, kind, unit, box.x, box.y, side);
          boxes.push(box);
        }
        if (kind === "feature") unit = 0;
      }
      context.globalAlpha = 1;
      return boxes;
    },
  };
}
