// Plots of points in two dimensions: the ranges of their axes, lines through them, ways between two states.

/**
 * @typedef {[number, number]} Range
 * @typedef {{x: Range, y: Range}} Window what of the plane is shown
 * @typedef {{a: number, b: number, c: number}} Line where a x + b y + c = 0
 */

import { tickStep } from "../scale.js";

/** An axis shrinks only when its values fill less than this of it. */
const FILLED = 0.55;
const PADDING = 0.06;

/**
 * A range of round ends that shows all values and keeps still while it can.
 *
 * @param {ArrayLike<number>[]} values
 * @param {Range | null} before
 * @returns {Range}
 */
export function axisRange(values, before) {
  let [low, high] = [Infinity, -Infinity];
  for (const list of values) {
    for (let i = 0; i < list.length; i++) {
      low = Math.min(low, list[i]);
      high = Math.max(high, list[i]);
    }
  }
  if (!(high >= low)) return before ?? [-1, 1];
  const fits = before && before[0] <= low && before[1] >= high;
  if (fits && high - low >= FILLED * (before[1] - before[0])) return before;
  if (low === high) return [low - 1, high + 1]; // as the axis of a dead neuron
  const least = Math.max(1e-6, 1e-3 * Math.max(Math.abs(low), Math.abs(high)));
  const pad = Math.max(high - low, least) * PADDING;
  const step = tickStep(high - low + 2 * pad, 8);
  const from = Math.floor((low - pad) / step + 1e-9) * step;
  const to = Math.ceil((high + pad) / step - 1e-9) * step;
  return [Number(from.toPrecision(6)), Number(to.toPrecision(6))];
}

/**
 * The part of a line that is inside a window.
 *
 * @param {Line} line
 * @param {Window} window
 * @returns {[number, number, number, number] | null} x and y of one end, then of the other
 */
export function clipLine({ a, b, c }, { x, y }) {
  /** @type {[number, number][]} */
  const found = [];
  const add = (/** @type {number} */ px, /** @type {number} */ py) => {
    const slackX = 1e-9 * (x[1] - x[0]);
    const slackY = 1e-9 * (y[1] - y[0]);
    const inside =
      px >= x[0] - slackX && px <= x[1] + slackX && py >= y[0] - slackY && py <= y[1] + slackY;
    const isNew = !found.some(
      ([qx, qy]) => Math.abs(qx - px) <= slackX * 10 && Math.abs(qy - py) <= slackY * 10,
    );
    if (inside && isNew) found.push([px, py]);
  };
  if (b !== 0) for (const px of x) add(px, -(a * px + c) / b);
  if (a !== 0) for (const py of y) add(-(b * py + c) / a, py);
  return found.length < 2 ? null : [...found[0], ...found[1]];
}

/**
 * @param {number[]} from
 * @param {number[]} to
 * @param {number} share of the way, from 0 to 1
 * @returns {number[]}
 */
export const between = (from, to, share) =>
  from.length !== to.length || share >= 1
    ? to
    : to.map((value, i) => from[i] + (value - from[i]) * share);

const CANDIDATES = 24;
const COMPARED = 160;

/**
 * The sample of a class that is furthest from the samples of others. It stays while it is nearly as good
 * as the best, so that what marks it keeps still.
 *
 * @param {{x: number[], y: number[], label: ArrayLike<number>}} samples
 * @param {(label: number) => boolean} isOf
 * @param {number} [before]
 * @returns {number} -1 when there is none
 */
export function clearestSample({ x, y, label }, isOf, before = -1) {
  /** @type {number[]} */
  const own = [];
  /** @type {number[]} */
  const others = [];
  for (let i = 0; i < x.length; i++) (isOf(label[i]) ? own : others).push(i);
  const stepOthers = Math.ceil(others.length / COMPARED) || 1;
  const distance = (/** @type {number} */ i) => {
    let nearest = Infinity;
    for (let o = 0; o < others.length; o += stepOthers) {
      nearest = Math.min(nearest, Math.hypot(x[others[o]] - x[i], y[others[o]] - y[i]));
    }
    return nearest;
  };
  let [best, most] = [-1, -Infinity];
  for (let c = 0; c < own.length; c += Math.ceil(own.length / CANDIDATES)) {
    const free = distance(own[c]);
    if (free > most) [best, most] = [own[c], free];
  }
  const stays = before >= 0 && before < x.length && isOf(label[before]);
  return stays && distance(before) >= 0.6 * most ? before : best;
}

/**
 * Where along an axis its name is written, in pixels: in its middle, or as near to it as what is written at the ends
 * leaves room.
 *
 * @param {number[]} widths of the names that it can have, the best first
 * @param {[number, number]} room from one number to the other
 * @param {number} middle
 * @returns {{name: number, at: number} | null} which name, and its centre; null if none has room
 */
export function placeName(widths, [from, to], middle) {
  const name = widths.findIndex((width) => width <= to - from);
  if (name < 0) return null;
  const half = widths[name] / 2;
  return { name, at: Math.min(Math.max(middle, from + half), to - half) };
}
