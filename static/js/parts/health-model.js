// What the numbers of layer health mean: how bad they are, how long their bars, which bins are saturated.

/**
 * @typedef {"none" | "good" | "warning" | "danger"} Severity
 *
 * @typedef {object} Curve
 * @property {number[]} z
 * @property {(number | null)[]} f
 * @property {(number | null)[] | null} slope
 *
 * @typedef {object} LayerHealth One hidden layer as the server describes it.
 * @property {number} layer
 * @property {number} units_count
 * @property {{kind: string} & Record<string, any>} activation
 * @property {{range: [number, number], counts: number[], below: number, above: number}} histogram
 * @property {Curve} curve
 * @property {number | null} forward
 * @property {number | null} backward
 * @property {number | null} mean
 * @property {number | null} saturated
 * @property {number | null} dead
 * @property {number | null} effectively_dead
 * @property {string[]} units
 *
 * @typedef {object} Health
 * @property {number} samples
 * @property {(LayerHealth & {head?: string})[]} layers the output layer last
 * @property {number | null} backward_ratio
 * @property {number} dead
 */

/** Where |g'| is below this part of its largest, an activation counts as saturated. */
const SATURATED = 0.01;

/**
 * For each bin of a histogram over the curve's range, whether the activation is saturated there.
 *
 * @param {Curve} curve
 * @param {number} bins
 * @returns {boolean[]}
 */
export function saturatedBins({ slope }, bins) {
  if (!slope) return Array(bins).fill(false);
  const limit = SATURATED * steepest(slope);
  return Array.from({ length: bins }, (_, bin) => {
    const at = Math.round(((bin + 0.5) / bins) * (slope.length - 1));
    return Math.abs(slope[at] ?? 0) < limit;
  });
}

/** @param {(number | null)[]} slope */
const steepest = (slope) =>
  slope.reduce((most, g) => Math.max(most ?? 0, Math.abs(g ?? 0)), 0) ?? 0;

/**
 * Half of all inputs lie on the flat side of a rectifier, which is what it is for; on a sigmoid or
 * tanh, each saturated entry is a gradient lost.
 *
 * @param {Curve} curve
 */
export function isOneSided({ slope }) {
  if (!slope) return false;
  const limit = 0.05 * steepest(slope);
  const [left, right] = [Math.abs(slope[0] ?? 0), Math.abs(slope[slope.length - 1] ?? 0)];
  return left < limit && right > 4 * limit;
}

/**
 * @param {number | null} share
 * @param {boolean} oneSided
 * @returns {Severity}
 */
export function saturationSeverity(share, oneSided) {
  if (share === null) return "none";
  const [warning, danger] = oneSided ? [0.7, 0.9] : [0.15, 0.5];
  return share >= danger ? "danger" : share >= warning ? "warning" : "good";
}

/**
 * @param {number | null} share
 * @returns {Severity}
 */
export const deathSeverity = (share) =>
  share === null ? "none" : share >= 0.4 ? "danger" : share > 0 ? "warning" : "good";

/**
 * The decades that bars span. They only ever grow, so that a bar moves because its number does.
 *
 * @param {(number | null)[]} values
 * @param {[number, number] | null} before
 * @returns {[number, number]} powers of ten, at least three apart
 */
export function decades(values, before) {
  const sizes = values
    .filter((value) => value !== null && value > 0)
    .map((v) => Math.log10(v ?? 1));
  if (!sizes.length) return before ?? [-3, 0];
  let low = Math.floor(Math.min(...sizes) - 0.3);
  let high = Math.ceil(Math.max(...sizes)) || 0;
  if (before) [low, high] = [Math.min(low, before[0]), Math.max(high, before[1])];
  return [Math.min(low, high - 3), high];
}

/**
 * @param {number | null} value
 * @param {[number, number]} span
 * @returns {number} from 0 to 1
 */
export function barLength(value, [low, high]) {
  if (value === null || !(value > 0)) return 0;
  return Math.min(1, Math.max(0, (Math.log10(value) - low) / (high - low)));
}
