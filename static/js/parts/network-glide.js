// From one drawing of the network to the next: tiles and links that stay glide to their new places, what is new grows
// and fades in.

/**
 * @import {Column, Layout, Links} from "../layout.js"
 * @import {Drawing} from "./network-painter.js"
 *
 * @typedef {object} Glide
 * @property {Uint8Array} fresh links that were not there before are 1
 * @property {(column: number, row: number) => boolean} isNew whether a tile was not there before
 * @property {(t: number) => {layout: Layout, growth: number}} at where everything is after a part of the time, and how
 *   much of what is new is seen
 */

import { placeLinks } from "../layout.js";

export const GLIDE_MS = 200;

/** Fast at first, then slower. @param {number} t from 0 to 1 */
export const ease = (t) => 1 - (1 - t) ** 3;

/**
 * The column of another network that a column was: inputs and outputs stay what they are.
 *
 * @param {number} column
 * @param {number} of how many there are
 * @param {number} before how many there were
 */
function columnBefore(column, of, before) {
  if (column === 0) return 0;
  if (column === of - 1) return before - 1;
  return column < before - 1 ? column : -1;
}

/**
 * @param {Pick<Drawing, "layout" | "features">} from
 * @param {Pick<Drawing, "layout" | "features">} to
 * @returns {Glide}
 */
export function createGlide(from, to) {
  const [old, next] = [from.layout, to.layout];
  const known = next.columns.map((_, column) =>
    columnBefore(column, next.columns.length, old.columns.length),
  );
  /** @type {Glide["isNew"]} */
  const isNew = (column, row) => row >= (old.columns[known[column]]?.x.length ?? 0);

  /** @type {Column[]} */
  const columns = next.columns.map(({ center, x, y }, column) => ({
    center: old.columns[known[column]]?.center ?? center,
    x: x.map((left, row) => (isNew(column, row) ? left : old.columns[known[column]].x[row])),
    y: y.map((top, row) => (isNew(column, row) ? top : old.columns[known[column]].y[row])),
  }));
  const active = to.features.map((feature) => feature.active);
  const start = placeLinks(columns, active, old.tile).links;
  const inputs = active.flatMap((isInput, row) => (isInput ? [row] : []));

  const { count, layer, from: senders, to: receivers } = next.links;
  const fresh = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const row = layer[i] === 0 ? inputs[senders[i]] : senders[i];
    const wasLinked = known[layer[i]] >= 0 && known[layer[i] + 1] === known[layer[i]] + 1;
    const wasInput = layer[i] > 0 || from.features[row]?.active;
    const areOld = !isNew(layer[i], row) && !isNew(layer[i] + 1, receivers[i]);
    fresh[i] = wasLinked && wasInput && areOld ? 0 : 1;
  }

  return {
    fresh,
    isNew,
    at(t) {
      const growth = ease(t);
      /** @type {(before: Float32Array, after: Float32Array) => Float32Array} */
      const between = (before, after) =>
        after.map((end, i) => before[i] + (end - before[i]) * growth);
      /** @type {Links} */
      const links = {
        ...next.links,
        x0: between(start.x0, next.links.x0),
        y0: between(start.y0, next.links.y0),
        x1: between(start.x1, next.links.x1),
        y1: between(start.y1, next.links.y1),
      };
      const layout = {
        ...next,
        tile: old.tile + (next.tile - old.tile) * growth,
        columns: next.columns.map(({ center, x, y }, column) => ({
          center,
          x: between(columns[column].x, x),
          y: between(columns[column].y, y),
        })),
        links,
      };
      return { layout, growth };
    },
  };
}
