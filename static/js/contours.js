// Lines of equal value through a grid (marching squares).

/** Edges of a cell: 0 top, 1 right, 2 bottom, 3 left. Pairs of edges that a line joins, by case. */
const CASES = [
  [],
  [3, 2],
  [2, 1],
  [3, 1],
  [0, 1],
  [3, 0, 2, 1],
  [0, 2],
  [3, 0],
  [3, 0],
  [0, 2],
  [0, 1, 3, 2],
  [0, 1],
  [3, 1],
  [2, 1],
  [3, 2],
  [],
];

/**
 * Segments of the lines where a grid has one value; coordinates run from 0 to side - 1.
 *
 * @param {ArrayLike<number>} grid
 * @param {number} side
 * @param {number} level
 * @param {(x0: number, y0: number, x1: number, y1: number) => void} segment
 */
export function contour(grid, side, level, segment) {
  for (let y = 0; y < side - 1; y++) {
    for (let x = 0; x < side - 1; x++) {
      const i = y * side + x;
      const [tl, tr] = [grid[i] - level, grid[i + 1] - level];
      const [bl, br] = [grid[i + side] - level, grid[i + side + 1] - level];
      const kind = (tl > 0 ? 8 : 0) | (tr > 0 ? 4 : 0) | (br > 0 ? 2 : 0) | (bl > 0 ? 1 : 0);
      if (kind === 0 || kind === 15) continue;
      const edges = CASES[kind];
      /** @param {number} edge */
      const px = (edge) => {
        if (edge === 0) return x + tl / (tl - tr);
        if (edge === 2) return x + bl / (bl - br);
        return edge === 1 ? x + 1 : x;
      };
      /** @param {number} edge */
      const py = (edge) => {
        if (edge === 1) return y + tr / (tr - br);
        if (edge === 3) return y + tl / (tl - bl);
        return edge === 2 ? y + 1 : y;
      };
      for (let e = 0; e < edges.length; e += 2) {
        segment(px(edges[e]), py(edges[e]), px(edges[e + 1]), py(edges[e + 1]));
      }
    }
  }
}

/**
 * By how much each map exceeds the largest of the others: its zero line is the border of its region.
 *
 * @param {readonly Float32Array[]} maps
 * @param {(margin: Float32Array, index: number) => void} use called for each map with the same array
 */
export function eachMargin(maps, use) {
  const cells = maps[0].length;
  const first = new Float32Array(cells).fill(-Infinity);
  const second = new Float32Array(cells).fill(-Infinity);
  for (const map of maps) {
    for (let i = 0; i < cells; i++) {
      const value = map[i];
      if (value > first[i]) {
        second[i] = first[i];
        first[i] = value;
      } else if (value > second[i]) second[i] = value;
    }
  }
  const margin = new Float32Array(cells);
  for (const [index, map] of maps.entries()) {
    for (let i = 0; i < cells; i++) {
      margin[i] = map[i] - (map[i] === first[i] ? second[i] : first[i]);
    }
    use(margin, index);
  }
}

/**
 * A grid without the steps that whole numbers make: binomial mean over five cells, twice.
 *
 * @param {Int8Array | Float32Array} grid
 * @param {number} side
 * @returns {Float32Array}
 */
export function smooth(grid, side) {
  let from = new Float32Array(grid);
  let to = new Float32Array(side * side);
  for (const [along, across] of [
    [1, side],
    [side, 1],
    [1, side],
    [side, 1],
  ]) {
    for (let line = 0; line < side; line++) {
      const start = line * across;
      for (let i = 0; i < side; i++) {
        // Near an edge the reach shrinks, so that a slope stays a slope up to there.
        const reach = Math.min(2, i, side - 1 - i);
        const at = start + i * along;
        const near = from[at - along] + from[at + along];
        if (reach === 0) to[at] = from[at];
        else if (reach === 1) to[at] = (near + 2 * from[at]) / 4;
        else to[at] = (from[at - 2 * along] + from[at + 2 * along] + 4 * near + 6 * from[at]) / 16;
      }
    }
    [from, to] = [to, from];
  }
  return from;
}
