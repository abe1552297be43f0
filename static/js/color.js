// Colours of values: tables from int8 values to pixels, mixtures of class colours, CSS texts.
// Pixels are 32-bit numbers as ImageData holds them on little-endian machines.

/** @typedef {readonly [number, number, number]} Rgb from 0 to 255 each */

/**
 * @typedef {object} Palette
 * @property {Rgb} negative
 * @property {Rgb} neutral
 * @property {Rgb} positive
 * @property {readonly Rgb[]} classes
 */

/**
 * @typedef {object} Planes
 * @property {Float32Array} red
 * @property {Float32Array} green
 * @property {Float32Array} blue
 * @property {Float32Array} sum of the probabilities
 */

/** Where 0 is in a table of 256 entries: the entry of value v is `ZERO + v`. */
export const ZERO = 128;
const LARGEST = 127;

/**
 * @param {Rgb} a
 * @param {Rgb} b
 * @param {number} t 0 gives a, 1 gives b
 * @returns {Rgb}
 */
export const mix = (a, b, t) => [
  a[0] + (b[0] - a[0]) * t,
  a[1] + (b[1] - a[1]) * t,
  a[2] + (b[2] - a[2]) * t,
];

/**
 * @param {Rgb} color
 * @param {number} [alpha] from 0 to 1
 */
export const css = ([r, g, b], alpha = 1) =>
  `rgb(${Math.round(r)} ${Math.round(g)} ${Math.round(b)} / ${Number(alpha.toFixed(3))})`;

/**
 * @param {Rgb} color
 * @returns {number}
 */
export const pixel = ([r, g, b]) =>
  ((255 << 24) | (Math.round(b) << 16) | (Math.round(g) << 8) | Math.round(r)) >>> 0;

/**
 * The colour of a value from -1 (negative) over 0 (neutral) to 1 (positive).
 *
 * @param {Palette} palette
 * @param {number} value clamped
 * @param {boolean} [discretize] only its sign counts
 * @returns {Rgb}
 */
export function signed({ negative, neutral, positive }, value, discretize = false) {
  const size = discretize ? Math.abs(Math.sign(value)) : Math.min(1, Math.abs(value));
  return mix(neutral, value < 0 ? negative : positive, size || 0);
}

/**
 * @param {Palette} palette
 * @param {boolean} [discretize]
 * @returns {Uint32Array}
 */
export const signedTable = (palette, discretize = false) =>
  Uint32Array.from({ length: 256 }, (_, i) =>
    pixel(signed(palette, (i - ZERO) / LARGEST, discretize)),
  );

/**
 * Pixels of a probability: from neutral at 0 to one colour at 1.
 *
 * @param {Palette} palette
 * @param {Rgb} color
 * @param {boolean} [discretize] one half and more is the colour, less is neutral
 * @returns {Uint32Array}
 */
export const probabilityTable = ({ neutral }, color, discretize = false) =>
  Uint32Array.from({ length: 256 }, (_, i) => {
    const p = Math.max(0, i - ZERO) / LARGEST;
    return pixel(mix(neutral, color, discretize ? Math.round(p) : p));
  });

/** @type {WeakMap<Uint32Array, Map<number, Uint32Array>>} */
const weaker = new WeakMap();

/**
 * The table in which a value has the colour that `gain` times the value has in another; so a pixel is
 * one look-up. Gains are few, as scales of maps are rungs of a ladder: tables are made once.
 *
 * @param {Uint32Array} table
 * @param {number} gain at most 1
 * @returns {Uint32Array}
 */
export function withGain(table, gain) {
  if (gain === 1) return table;
  const known = weaker.get(table) ?? new Map();
  weaker.set(table, known);
  let made = known.get(gain);
  if (!made) {
    made = table.map((_, i) => table[((i - ZERO) * gain + ZERO + 0.5) | 0]);
    known.set(gain, made);
  }
  return made;
}

/**
 * Class colours mixed by probability; what the probabilities leave to 1 is neutral.
 *
 * @param {readonly Int8Array[]} maps probability of each class, 127 is certain
 * @param {Palette} palette
 * @param {Planes} planes
 */
export function mixClasses(maps, { neutral, classes }, { red, green, blue, sum }) {
  for (const plane of [red, green, blue, sum]) plane.fill(0);
  for (const [k, map] of maps.entries()) {
    const [r, g, b] = classes[k % classes.length];
    for (let i = 0; i < map.length; i++) {
      const p = map[i];
      if (p <= 0) continue;
      red[i] += p * r;
      green[i] += p * g;
      blue[i] += p * b;
      sum[i] += p;
    }
  }
  const [r, g, b] = neutral;
  for (let i = 0; i < sum.length; i++) {
    const rest = Math.max(0, LARGEST - sum[i]);
    const share = 1 / (sum[i] + rest);
    red[i] = (red[i] + rest * r) * share;
    green[i] = (green[i] + rest * g) * share;
    blue[i] = (blue[i] + rest * b) * share;
  }
}

/**
 * @param {Pick<Planes, "red" | "green" | "blue">} planes
 * @param {Uint32Array} pixels
 */
export function paintPlanes({ red, green, blue }, pixels) {
  for (let i = 0; i < pixels.length; i++) {
    const low = ((green[i] + 0.5) << 8) | (red[i] + 0.5);
    pixels[i] = (255 << 24) | ((blue[i] + 0.5) << 16) | low;
  }
}

/**
 * The colour of the most probable class at every cell. The first map is used up.
 *
 * @param {readonly Float32Array[]} maps
 * @param {Palette} palette
 * @param {Uint32Array} pixels
 */
export function paintWinners(maps, { classes }, pixels) {
  const [best, ...others] = maps;
  pixels.fill(pixel(classes[0]));
  for (const [index, map] of others.entries()) {
    const color = pixel(classes[(index + 1) % classes.length]);
    for (let i = 0; i < pixels.length; i++) {
      if (map[i] <= best[i]) continue;
      best[i] = map[i];
      pixels[i] = color;
    }
  }
}

/**
 * Several labels at every cell: the mean colour of those at one half or more, else neutral.
 *
 * @param {readonly ArrayLike<number>[]} maps
 * @param {Palette} palette
 * @param {Uint32Array} pixels
 */
export function paintLabels(maps, palette, pixels) {
  pixels.fill(0);
  for (const [k, map] of maps.entries()) {
    for (let i = 0; i < pixels.length; i++) if (map[i] >= LARGEST / 2) pixels[i] |= 1 << k;
  }
  const colors = Uint32Array.from({ length: 1 << maps.length }, (_, mask) =>
    pixel(maskColor(palette, mask)),
  );
  for (let i = 0; i < pixels.length; i++) pixels[i] = colors[pixels[i]];
}

/**
 * @param {number} mask bit k stands for class k
 * @returns {number[]} the classes in it
 */
export function maskClasses(mask) {
  const found = [];
  for (let k = 0; mask >> k > 0; k++) if ((mask >> k) & 1) found.push(k);
  return found;
}

/**
 * @param {Palette} palette
 * @param {number} mask
 * @returns {Rgb}
 */
export function maskColor({ neutral, classes }, mask) {
  const colors = maskClasses(mask).map((k) => classes[k % classes.length]);
  if (colors.length === 0) return neutral;
  /** @param {0 | 1 | 2} channel */
  const mean = (channel) => colors.reduce((sum, c) => sum + c[channel], 0) / colors.length;
  return [mean(0), mean(1), mean(2)];
}

/** Where black and white are equally easy to read: both have a contrast of 4.58:1. */
const MIDDLE = Math.sqrt(1.05 * 0.05) - 0.05;

/** Relative luminance, as WCAG has it. @param {Rgb} color */
export function luminance([r, g, b]) {
  /** @param {number} channel */
  const linear = (channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

/**
 * Black or white, whichever is easier to read on a colour.
 *
 * @param {Rgb} color
 */
export const inkOn = (color) => (luminance(color) > MIDDLE ? "#000000" : "#ffffff");
