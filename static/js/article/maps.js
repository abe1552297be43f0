/** Functions of the plane as maps of int8 values, as the server sends those of neurons. */

/** Cells along a side. */
export const SIDE = 64;
const REACH = 6;

/** @type {Record<string, (z: number) => number>} */
export const BENDS = {
  linear: (z) => z,
  tanh: Math.tanh,
  relu: (z) => Math.max(0, z),
};

/**
 * @param {(x1: number, x2: number) => number} f
 * @returns {Int8Array} from the upper left corner on; beyond ±1 the colour is full
 */
export function mapOf(f) {
  const map = new Int8Array(SIDE * SIDE);
  for (let row = 0; row < SIDE; row++) {
    const x2 = REACH - (2 * REACH * (row + 0.5)) / SIDE;
    for (let column = 0; column < SIDE; column++) {
      const x1 = -REACH + (2 * REACH * (column + 0.5)) / SIDE;
      const value = Math.min(1, Math.max(-1, f(x1, x2)));
      map[row * SIDE + column] = Math.round(127 * value);
    }
  }
  return map;
}

/** How steep the borders of the ring are, and how far from the centre. */
const STEEPNESS = 1.5;
const DISTANCE = 2.4;

/**
 * A layer of neurons around the centre, each with a border at the same distance, and a neuron that is positive
 * where none of them is.
 *
 * @param {number} count
 * @param {string} bend one of `BENDS`
 */
export function ringOf(count, bend) {
  const g = BENDS[bend];
  const hidden = Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * i) / count + Math.PI / 6;
    const [w1, w2] = [STEEPNESS * Math.cos(angle), STEEPNESS * Math.sin(angle)];
    return (/** @type {number} */ x1, /** @type {number} */ x2) =>
      g(w1 * x1 + w2 * x2 - STEEPNESS * DISTANCE);
  });
  // One counts a little more, so that linear neurons do not just cancel out.
  const weights = hidden.map((_, i) => (i === 0 ? -1.4 : -1));
  const bias = bend === "tanh" ? weights.reduce((sum, w) => sum + w, 1) : 1;
  const output = (/** @type {number} */ x1, /** @type {number} */ x2) =>
    Math.tanh(hidden.reduce((sum, unit, i) => sum + weights[i] * unit(x1, x2), bias));
  return { hidden, output };
}
