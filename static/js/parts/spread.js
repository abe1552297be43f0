/**
 * Which labels of a row are shown, so that none touches another or reaches out of the row, and how far each is moved
 * for that. Those that come first in `order` have the room, and those for which there is none are left out.
 *
 * @param {number[]} centers where each label belongs, in pixels from the left edge of the row
 * @param {number[]} widths
 * @param {{order: Iterable<number>, room: number, gap: number}} options `order`: indices, the most important first;
 *   what is named twice counts once
 * @returns {(number | null)[]} by how many pixels a label moves to the right, null if it is left out
 */
export function spread(centers, widths, { order, room, gap }) {
  /** @type {(number | null)[]} */
  const shifts = centers.map(() => null);
  /** @type {[number, number][]} */
  const taken = [];
  for (const k of order) {
    const half = widths[k] / 2;
    if (shifts[k] !== null || 2 * half > room) continue;
    const center = Math.min(Math.max(centers[k], half), room - half);
    const [left, right] = [center - half, center + half];
    if (taken.some(([from, to]) => left < to + gap && from < right + gap)) continue;
    taken.push([left, right]);
    shifts[k] = center - centers[k];
  }
  return shifts;
}
