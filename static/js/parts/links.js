// Paints the weights: width and strength of colour say how large; colour and dashes say which sign.

/**
 * @import {Links} from "../layout.js"
 * @import {Context} from "./canvas.js"
 * @import {ThemeColors} from "./theme-colors.js"
 */

import { css } from "../color.js";

/** Steps between a weight of nearly 0 and one of `LARGEST` or more. */
const LEVELS = 48;
const LARGEST = 5;
const THINNEST = 0.5;
const THICKEST = 6;
/** In a very large network only the strongest of the links are drawn. */
export const MOST_DRAWN = 2500;
/** Dashes of negative weights. They are always there. */
export const NEGATIVE = [9, 1.5];
/** Those of thin lines: longer, as there are many such lines, and farther apart, as they are faint. */
const THIN_NEGATIVE = [18, 3];
/** Dashes of positive weights while they flow: three times as long, else whole lines. */
const POSITIVE = [30, 1.5];
/** @type {number[]} */
const WHOLE = [];
/** Speeds of dashes are in quarters. */
const PACE = 4;
/** Where the flow begins again, unseen: after whole periods of both signs at every speed. */
export const DASH_PERIOD = PACE * (POSITIVE[0] + POSITIVE[1]);
const DOTS = [1, 4];
/** Thinner lines do not seem to flow. */
const FLOWS_FROM = 1.1;
/** How much of the other links is left where one or several are emphasised. */
const FADED = { one: 0.45, several: 0.12 };
const EMPHASIS = 0.8;

/** @param {number} weight */
export const linkWidth = (weight) =>
  THINNEST + ((THICKEST - THINNEST) * Math.min(Math.abs(weight), LARGEST)) / LARGEST;

/** Links between two layers, from where on the weak ones fade so that the strong ones can be followed. */
const CROWD = 160;
/** A weight that no crowd fades. */
const CLEAR = 1.5;

/**
 * @param {number} weight
 * @param {number} crowd links between two layers, at most
 */
function linkAlpha(weight, crowd) {
  const fade = Math.min(1, (CROWD / crowd) ** 0.45);
  const strength = Math.min(1, weight / CLEAR);
  return Math.min(1, 0.2 + 0.85 * weight ** 0.6) * (fade + (1 - fade) * strength);
}

/** @param {Links} links */
function largestCrowd({ count, layer }) {
  const counts = new Map();
  for (let i = 0; i < count; i++) counts.set(layer[i], (counts.get(layer[i]) ?? 0) + 1);
  return Math.max(1, ...counts.values());
}

/** The weight in the middle of a level; levels are closer together where weights are small. */
const levelWeight = (/** @type {number} */ level) => LARGEST * (level / (LEVELS - 1)) ** 2;

/** @param {number} size */
const sizeLevel = (size) =>
  1 + Math.round(Math.sqrt(Math.min(size, LARGEST) / LARGEST) * (LEVELS - 1));

/**
 * @typedef {{marks: Uint8Array, alpha: number}} Fresh links, marked 1, of which not all is seen yet
 *
 * @typedef {object} LinkPainter
 * @property {(links: Links) => void} use
 * @property {(links: Links) => void} place the same links, elsewhere
 * @property {(colors: ThemeColors) => void} theme
 * @property {(chosen: Uint8Array | null) => void} choose emphasises the links marked 1, fades the others
 * @property {(context: Context, parameters: Float32Array, flow: number | null, fresh?: Fresh | null) => void} paint
 *   `flow` is the offset of the dashes, null draws whole lines
 */

/**
 * @returns {LinkPainter}
 */
export function createLinkPainter() {
  const KEYS = 2 * LEVELS + 2;
  /** How fast the signal goes along a link, in quarters; much of it goes faster. */
  const paces = Array.from({ length: LEVELS }, (_, i) => 2 + Math.round((6 * i) / (LEVELS - 1)));
  const widths = Array.from({ length: LEVELS }, (_, i) => linkWidth(levelWeight(i)));
  const start = new Int32Array(KEYS + 1);
  /** @type {string[]} */
  let styles = [];
  let zeroStyle = "";
  /** @type {ThemeColors} */
  let colors;
  /** @type {Links} */
  let links;
  let keys = new Uint8Array(0);
  let order = new Int32Array(0);
  /** @type {Uint8Array | null} */
  let chosen = null;
  /** By which links are told apart. @type {Uint8Array | null} */
  let parted = null;
  let faded = 1;
  let first = 0;

  function makeStyles() {
    const { lines, faint } = colors;
    const { negative, positive } = lines;
    const crowd = links ? largestCrowd(links) : 1;
    zeroStyle = css(faint, 0.55);
    styles = Array.from({ length: KEYS }, (_, key) => {
      const weight = levelWeight(Math.max(0, (key >> 1) - 1));
      return css(key % 2 === 1 ? positive : negative, linkAlpha(weight, crowd));
    });
  }

  /** Sorts the links by level and sign, so that the strong ones come last. */
  function sort(/** @type {Float32Array} */ parameters) {
    start.fill(0);
    for (let i = 0; i < links.count; i++) {
      const weight = parameters[links.parameter[i]];
      const level = weight === 0 || Number.isNaN(weight) ? 0 : sizeLevel(Math.abs(weight));
      const key = 2 * level + (weight > 0 ? 1 : 0);
      keys[i] = key;
      start[key + 1]++;
    }
    for (let key = 0; key < KEYS; key++) start[key + 1] += start[key];
    const next = start.slice();
    for (let i = 0; i < links.count; i++) order[next[keys[i]]++] = i;
    first = Math.max(0, links.count - MOST_DRAWN);
  }

  /**
   * Strokes the links of one level. Each by itself: many curves in one path take longer to fill.
   *
   * @param {Context} context
   * @param {number} key
   * @param {number} wanted strokes those whose mark is this
   */
  function stroke(context, key, wanted) {
    const { x0, y0, x1, y1 } = links;
    for (let at = Math.max(first, start[key]); at < start[key + 1]; at++) {
      const i = order[at];
      if (parted && parted[i] !== wanted) continue;
      const middle = (x0[i] + x1[i]) / 2;
      context.beginPath();
      context.moveTo(x0[i], y0[i]);
      context.bezierCurveTo(middle, y0[i], middle, y1[i], x1[i], y1[i]);
      context.stroke();
    }
  }

  /**
   * @param {Context} context
   * @param {number | null} flow
   * @param {number} wanted
   */
  function paintAll(context, flow, wanted) {
    context.setLineDash(DOTS);
    context.lineWidth = 1;
    context.strokeStyle = zeroStyle;
    for (const key of [0, 1]) stroke(context, key, wanted);

    for (let key = 2; key < KEYS; key++) {
      if (start[key] === start[key + 1]) continue;
      const width = widths[(key >> 1) - 1] + (chosen ? wanted * EMPHASIS : 0);
      const isThin = width < FLOWS_FROM;
      const flows = flow !== null && !isThin;
      const negative = isThin ? THIN_NEGATIVE : NEGATIVE;
      context.setLineDash(key % 2 === 0 ? negative : flows ? POSITIVE : WHOLE);
      context.lineDashOffset = flows ? (-flow * paces[(key >> 1) - 1]) / PACE : 0;
      context.lineWidth = width;
      context.strokeStyle = styles[key];
      stroke(context, key, wanted);
    }
    context.setLineDash([]);
  }

  return {
    use(newLinks) {
      links = newLinks;
      keys = new Uint8Array(links.count);
      order = new Int32Array(links.count);
      chosen = null;
      makeStyles();
    },
    place(moved) {
      links = moved;
    },
    theme(newColors) {
      colors = newColors;
      makeStyles();
    },
    choose(marks) {
      chosen = marks;
      if (marks) {
        faded = marks.reduce((sum, mark) => sum + mark, 0) === 1 ? FADED.one : FADED.several;
      }
    },
    paint(context, parameters, flow, fresh = null) {
      sort(parameters);
      context.lineCap = "butt";
      parted = chosen ?? fresh?.marks ?? null;
      if (!chosen) {
        paintAll(context, flow, 0);
        if (!fresh) return;
        context.globalAlpha = fresh.alpha;
        paintAll(context, flow, 1);
        context.globalAlpha = 1;
        return;
      }
      context.globalAlpha = faded;
      paintAll(context, null, 0);
      context.globalAlpha = 1;
      paintAll(context, flow, 1);
    },
  };
}
