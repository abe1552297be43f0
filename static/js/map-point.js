/**
 * The point of the plane that the output is read at: picked here, or pointed at in the decision map, which
 * tells of it by an event "map-point" on the document, its detail {x1, x2}.
 *
 * @typedef {{x1: number, x2: number}} Point
 */

import { clamp } from "./scale.js";

const EXTENT = 6;

/** @type {Point} */
let point = { x1: 0, x2: 0 };
/** @type {Set<(point: Point) => void>} */
const listeners = new Set();

export const mapPoint = {
  extent: EXTENT,

  get value() {
    return point;
  },

  /** @param {Partial<Point>} next Kept to hundredths, within the plot. */
  set(next) {
    const tidy = (/** @type {number} */ value) =>
      clamp(Number(value.toFixed(2)), -EXTENT, EXTENT) || 0;
    const moved = { x1: tidy(next.x1 ?? point.x1), x2: tidy(next.x2 ?? point.x2) };
    if (moved.x1 === point.x1 && moved.x2 === point.x2) return;
    point = moved;
    for (const listener of [...listeners]) listener(point);
  },

  /**
   * @param {(point: Point) => void} listener
   * @returns {() => void} Ends it.
   */
  listen(listener) {
    if (!listeners.size) globalThis.document?.addEventListener("map-point", onMapPoint);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (!listeners.size) globalThis.document?.removeEventListener("map-point", onMapPoint);
    };
  },
};

/** @param {Event} event */
function onMapPoint(event) {
  const { detail } = /** @type {CustomEvent<Point>} */ (event);
  if (Number.isFinite(detail?.x1) && Number.isFinite(detail?.x2)) mapPoint.set(detail);
}
