/**
 * The points that are drawn on, as a list, and what a brush and an eraser make of it. Nothing here knows the
 * page.
 *
 * @import {Points, Samples} from "../protocol.js"
 *
 * @typedef {object} Dot
 * @property {number} x1
 * @property {number} x2
 * @property {number} target the number of a class, a bit mask of labels, or a number
 * @property {boolean} isTest whether it is on the side of the test points, as far as is known
 *
 * @typedef {{x1: number, x2: number}} Place
 */

import { EXTENT } from "../parts/map-model.js";
import { OWN, packPoints, unpackPoints } from "../own-points.js";

/** Points of a spray that a square of one plot unit gets. */
const DENSITY = 1.6;
const STEPS = 65535;

/** Where a point lies, in the steps in which it is kept. @param {Place} place */
const keyOf = ({ x1, x2 }) =>
  `${Math.round(((x1 + EXTENT) / (2 * EXTENT)) * STEPS)} ${Math.round(((x2 + EXTENT) / (2 * EXTENT)) * STEPS)}`;

/**
 * The points to begin with: those of a list, in its order, or those that are shown of a rule.
 *
 * @param {Record<string, any>} dataset
 * @param {Points | null} points as the server sent them
 * @returns {Dot[]}
 */
export function dotsOf(dataset, points) {
  if (dataset.kind !== OWN)
    return points ? [...sampled(points.train, false), ...sampled(points.test, true)] : [];
  const { x1, x2, target } = unpackPoints(dataset.points, dataset.numeric);
  const tests = new Set(points ? sampled(points.test, true).map(keyOf) : []);
  return Array.from(target, (value, i) => {
    const place = { x1: x1[i], x2: x2[i] };
    return { ...place, target: value, isTest: tests.has(keyOf(place)) };
  });
}

/**
 * @param {Samples} samples
 * @param {boolean} isTest
 * @returns {Dot[]}
 */
const sampled = ({ x1, x2, label }, isTest) =>
  Array.from(label, (target, i) => ({ x1: x1[i], x2: x2[i], target, isTest }));

/**
 * The points as the map takes them.
 *
 * @param {Dot[]} dots
 * @param {number} run
 * @returns {Points}
 */
export function pointsOf(dots, run) {
  const part = (/** @type {boolean} */ isTest) => {
    const some = dots.filter((dot) => dot.isTest === isTest);
    return {
      x1: Float32Array.from(some, ({ x1 }) => x1),
      x2: Float32Array.from(some, ({ x2 }) => x2),
      label: Float32Array.from(some, ({ target }) => target),
    };
  };
  return { type: "points", run, train: part(false), test: part(true) };
}

/**
 * The change of the experiment that these points are. Noise is none: points are where they were drawn.
 * Numbers of a rule may be beyond -1 and 1; then 1 stands for the largest.
 *
 * @param {Dot[]} dots
 * @param {Record<string, any>} spec
 * @param {boolean} numeric
 */
export function changeOf(dots, spec, numeric) {
  const { kind, ...before } = spec.dataset;
  const targets = dots.map(({ target }) => target);
  const isOwn = kind === OWN;
  const largest = numeric && !isOwn ? Math.max(1, ...targets.map(Math.abs)) : 1;
  const columns = {
    x1: dots.map(({ x1 }) => x1),
    x2: dots.map(({ x2 }) => x2),
    target: largest > 1 ? targets.map((value) => value / largest) : targets,
  };
  const dataset = {
    ...(isOwn ? before : {}),
    ...(largest > 1 ? { target_low: -largest, target_high: largest } : {}),
    kind: OWN,
    points: packPoints(columns, numeric),
    numeric,
  };
  return { dataset, noise: 0, ...classesFor(targets, spec) };
}

/**
 * What a class needs that the experiment does not have yet.
 *
 * @param {number[]} targets
 * @param {Record<string, any>} spec
 */
function classesFor(targets, { problem, classes }) {
  if (problem !== "binary" && problem !== "multiclass") return {};
  const needed = 1 + targets.reduce((most, target) => Math.max(most, target), 0);
  if (problem === "binary") return needed > 2 ? { problem: "multiclass", classes: needed } : {};
  return needed > classes ? { classes: needed } : {};
}

/**
 * What a brush leaves at a place: one point, or some at random within its radius.
 *
 * @param {Place} at
 * @param {{radius: number, target: number, random?: () => number}} brush
 * @returns {Dot[]}
 */
export function spray(at, { radius, target, random = Math.random }) {
  const count = radius > 0 ? Math.max(1, Math.round(DENSITY * Math.PI * radius ** 2)) : 1;
  return Array.from({ length: count }, () => {
    const [distance, angle] = [radius * Math.sqrt(random()), 2 * Math.PI * random()];
    const x1 = within(at.x1 + (radius > 0 ? distance * Math.cos(angle) : 0));
    const x2 = within(at.x2 + (radius > 0 ? distance * Math.sin(angle) : 0));
    return { x1, x2, target, isTest: false };
  });
}

/** @param {number} value */
const within = (value) => Math.min(EXTENT, Math.max(-EXTENT, value));

/**
 * The points without those near a line.
 *
 * @param {Dot[]} dots
 * @param {Place} from
 * @param {Place} to
 * @param {number} radius
 */
export const erased = (dots, from, to, radius) =>
  dots.filter((dot) => distanceTo(dot, from, to) > radius);

/**
 * The point nearest to a place, if it is within the radius.
 *
 * @param {Dot[]} dots
 * @param {Place} at
 * @param {number} radius
 * @returns {Dot | null}
 */
export function nearest(dots, at, radius) {
  let [best, least] = [/** @type {Dot | null} */ (null), radius];
  for (const dot of dots) {
    const distance = Math.hypot(dot.x1 - at.x1, dot.x2 - at.x2);
    if (distance <= least) [best, least] = [dot, distance];
  }
  return best;
}

/**
 * @param {Place} point
 * @param {Place} from
 * @param {Place} to
 */
function distanceTo(point, from, to) {
  const [dx, dy] = [to.x1 - from.x1, to.x2 - from.x2];
  const length = dx * dx + dy * dy;
  const along = length ? ((point.x1 - from.x1) * dx + (point.x2 - from.x2) * dy) / length : 0;
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(point.x1 - from.x1 - t * dx, point.x2 - from.x2 - t * dy);
}
