/** What the figures on learning and on starting weights compute. */

/**
 * Gradient descent in the valley w² / 2, whose slope is w.
 *
 * @param {number} rate
 * @param {number} start
 * @param {number} steps
 * @returns {number[]} where it is before each step, and at the end
 */
export function descend(rate, start, steps) {
  const path = [start];
  for (let i = 0; i < steps; i++) path.push(path[i] * (1 - rate));
  return path;
}

/**
 * What that comes to.
 *
 * @param {number} rate
 * @returns {"creeps" | "still" | "jumps" | "swings" | "diverges"}
 */
export function fateOf(rate) {
  const factor = 1 - rate;
  if (Math.abs(factor) < 1e-9) return "still";
  if (Math.abs(factor + 1) < 1e-9) return "swings";
  if (factor > 0) return "creeps";
  return factor > -1 ? "jumps" : "diverges";
}

/**
 * By what each ReLU layer multiplies the root mean square of a signal: half of the mean square gets through.
 *
 * @param {number} std of the weights
 * @param {number} units
 */
export const layerFactor = (std, units) => std * Math.sqrt(units / 2);

/**
 * @param {number} factor
 * @param {number} layers
 * @returns {number[]} the signal after each layer
 */
export const signalThrough = (factor, layers) =>
  Array.from({ length: layers }, (_, i) => factor ** (i + 1));
