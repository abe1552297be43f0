// Numbers between one range and another, and where ticks go.

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/**
 * @param {number} a
 * @param {number} b
 * @param {number} t 0 gives a, 1 gives b
 */
export const lerp = (a, b, t) => a + (b - a) * t;

/**
 * @typedef {object} LinearScale
 * @property {(value: number) => number} map
 * @property {(position: number) => number} invert
 */

/**
 * @param {[number, number]} domain
 * @param {[number, number]} range
 * @returns {LinearScale}
 */
export function linearScale([d0, d1], [r0, r1]) {
  const slope = (r1 - r0) / (d1 - d0);
  return {
    map: (value) => r0 + (value - d0) * slope,
    invert: (position) => d0 + (position - r0) / slope,
  };
}

/**
 * The step of 1, 2 or 5 times a power of ten that divides a span into about `count` parts.
 *
 * @param {number} span
 * @param {number} count
 */
export function tickStep(span, count) {
  const raw = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = [1, 2, 5, 10].find((f) => raw <= f * power * (1 + 1e-9)) ?? 10;
  return factor * power;
}

/**
 * Round numbers from low to high, about `count` of them.
 *
 * @param {number} low
 * @param {number} high
 * @param {number} count
 * @returns {number[]}
 */
export function ticks(low, high, count) {
  if (!(high > low)) return [low];
  const step = tickStep(high - low, count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const value = Number(((first + i) * step).toPrecision(12));
    return value === 0 ? 0 : value;
  });
}

/**
 * The smallest of 1, 1.5, 2, 3, 5, 7 times a power of ten that is not below the value.
 *
 * @param {number} value
 */
export function niceCeiling(value) {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 1.5, 2, 3, 5, 7, 10].find((f) => value <= f * power * (1 + 1e-6)) ?? 10;
  return Number((factor * power).toPrecision(3));
}
