// Where everything in the drawing of the network goes, and what is under the pointer.

/**
 * @typedef {object} Shape
 * @property {boolean[]} features one for each feature that is drawn: is it an input
 * @property {number[]} layers units of each hidden layer
 * @property {number} outputs
 *
 * @typedef {object} Room
 * @property {number} width
 * @property {number} height
 * @property {number} left for the labels of the features
 * @property {number} right for the labels of the outputs
 * @property {number} control height of a control above a layer
 * @property {boolean} [squeezes] a narrow drawing is squeezed, as the page does not scroll
 *
 * @typedef {object} Column
 * @property {number} center
 * @property {Float32Array} x left edges of its tiles
 * @property {Float32Array} y top edges
 *
 * @typedef {object} Links One entry for each weight that is drawn.
 * @property {number} count
 * @property {Int32Array} parameter its place in the flat parameters
 * @property {Uint8Array} layer weight layer
 * @property {Uint8Array} from place among the active features, or unit
 * @property {Uint8Array} to
 * @property {Float32Array} x0
 * @property {Float32Array} y0
 * @property {Float32Array} x1
 * @property {Float32Array} y1
 *
 * @typedef {object} Layout
 * @property {number} width
 * @property {number} height
 * @property {number} depth the bottom of the lowest tile
 * @property {number} tile side of a unit's tile
 * @property {number} pitch from one row to the next
 * @property {number} spacing from one column to the next
 * @property {"row" | "stacked" | "compact"} header how much room the controls above a layer have
 * @property {number} top of the tiles
 * @property {Column[]} columns features, hidden layers, outputs
 * @property {Links} links
 * @property {Int32Array} biases the place of each unit's bias in the flat parameters
 * @property {number} parameters
 *
 * @typedef {{kind: "link", layer: number, to: number, from: number, index: number}} LinkHit
 */

/** Headings, and the gap between controls and tiles. */
const HEADING = 40;
const BELOW_CONTROLS = 16;
const BOTTOM = 48;
/** A drawing that is lower than this does with narrower gaps. */
const LOW = { height: 430, below: 10, bottom: 46 };
const LARGEST_TILE = 60;
/** On a phone, where columns are as close as their controls let them. */
const LARGEST_NARROW_TILE = 40;
const LEAST_TILE = 12;
const COLUMN = { row: 149, stacked: 78 };
/** Where that lets the controls of a layer stand in a row, the outer columns are nearer to the edges: with smaller tiles. */
const SLIM = { edge: 28, right: 10, tile: 34 };
/** Controls that are higher than this are wider, too: fingers use them. */
const MOUSE = { control: 30, wider: 16 };
const LEAST_SPACING = 44;
const MIN_GAP_DENSE = 9;
/** From this many columns on, gaps may become as small as they must. */
const DENSE = 12;
/** Smallest tile for which one, two or three zigzag lanes of units in a layer are enough. */
const SMALLEST_TILE = [26, 19, 15];
/** Narrower drawings are scrolled sideways rather than squeezed. */
const NARROW = 520;
const COMFORTABLE_PITCH = 34;
const NATURAL_PITCH = 46;
const NATURAL_ROWS = 16;

/** @type {(header: Layout["header"], control: number, below?: number) => number} */
const topOf = (header, control, below = BELOW_CONTROLS) =>
  HEADING + (header === "stacked" ? 2 * control + 4 : control) + below;

/** @param {number} tile */
const rowGap = (tile) => Math.max(4, tile * 0.16);

/**
 * Rows that fit below each other.
 *
 * @param {number} height
 * @param {number} tile
 * @param {number} lanes
 */
function rowsFitting(height, tile, lanes) {
  const pitch = tile + rowGap(tile);
  const usable = height - (lanes > 1 ? pitch / 2 : 0);
  return Math.floor((usable + rowGap(tile)) / pitch);
}

/**
 * The largest tile with which all columns fit, and how many rows these then have.
 *
 * @param {Shape} shape
 * @param {number} height
 * @param {number} spacing between the centres of columns
 * @param {number} largest
 */
function chooseTile({ features, layers, outputs }, height, spacing, largest) {
  const single = Math.max(features.length, outputs);
  const most = Math.max(1, ...layers);
  const isDense = layers.length + 2 >= DENSE;
  for (const [index, smallest] of SMALLEST_TILE.entries()) {
    const lanes = index + 1;
    const share = isDense ? spacing - MIN_GAP_DENSE : spacing * (lanes === 1 ? 0.5 : 0.62);
    const widest = Math.max(LEAST_TILE, Math.min(largest, Math.floor(share / lanes)));
    for (let tile = widest; tile >= Math.min(widest, smallest); tile--) {
      const rows = rowsFitting(height, tile, lanes);
      if (single <= rowsFitting(height, tile, 1) && most <= lanes * rows) return { tile, rows };
    }
  }
  const tile = Math.max(LEAST_TILE, Math.min(SMALLEST_TILE[0], Math.floor(spacing / 3)));
  return { tile, rows: Math.max(single, Math.ceil(most / 2)) };
}

/**
 * The height that a drawing asks for where the page scrolls anyway; 0 where it has to fit.
 *
 * @param {Shape} shape
 * @param {number} width
 * @param {number} control height of a control above a layer
 */
export function naturalHeight({ features, layers, outputs }, width, control) {
  if (width >= NARROW) return 0;
  const rows = Math.max(features.length, outputs, Math.min(NATURAL_ROWS, Math.max(1, ...layers)));
  return topOf("stacked", control) + rows * NATURAL_PITCH + BOTTOM;
}

/**
 * @param {Shape} shape
 * @param {Room} room
 * @returns {Layout}
 */
export function computeLayout(shape, room) {
  const { features, layers, outputs } = shape;
  const gaps = layers.length + 1;
  const narrow = room.width < NARROW && !room.squeezes;
  const row = COLUMN.row + (room.control > MOUSE.control ? MOUSE.wider : 0);
  const usual = narrow ? LARGEST_NARROW_TILE : LARGEST_TILE;
  const slim = SLIM.edge + room.left + room.right - SLIM.right;
  const isSlim =
    (room.width - slim) / gaps >= row && (room.width - room.left - room.right - usual) / gaps < row;
  const largest = isSlim ? SLIM.tile : usual;
  const sides = isSlim ? slim : room.left + room.right + usual;
  const least = narrow ? COLUMN.stacked + 8 : gaps + 1 < DENSE ? LEAST_SPACING : MIN_GAP_DENSE + 13;
  const width = Math.max(room.width, Math.ceil(sides + gaps * least));
  const spacing = (width - sides) / gaps;
  const header = spacing >= row ? "row" : spacing >= COLUMN.stacked ? "stacked" : "compact";

  const isLow = room.height < LOW.height;
  const top = topOf(header, room.control, isLow ? LOW.below : BELOW_CONTROLS);
  const bottom = isLow ? LOW.bottom : BOTTOM;
  const available = room.height - top - bottom;
  const { tile, rows } = chooseTile(shape, available, spacing, largest);
  const lanes = layers.map((units) => Math.max(1, Math.ceil(units / Math.max(1, rows))));
  const depths = layers.map((units, i) => (units + (lanes[i] - 1) / 2) / lanes[i]);
  const deepest = Math.max(features.length, outputs, 1, ...depths);
  const roomy = Math.max(tile * 1.6, COMFORTABLE_PITCH);
  const fitting = deepest > 1 ? (available - tile) / (deepest - 1) : roomy;
  const pitch = Math.max(tile + rowGap(tile), Math.min(roomy, fitting));
  const depth = Math.ceil(top + (deepest - 1) * pitch + tile);
  const height = Math.max(room.height, depth + bottom);

  const first = room.left + (isSlim ? SLIM.edge : usual) / 2;
  /** @type {(units: number, index: number, lanes: number) => Column} */
  const column = (units, index, laneCount) =>
    placeColumn({ units, center: first + index * spacing, lanes: laneCount, top, tile, pitch });
  const columns = [
    column(features.length, 0, 1),
    ...layers.map((units, i) => column(units, i + 1, lanes[i])),
    column(outputs, gaps, 1),
  ];
  return {
    width,
    height,
    depth,
    tile,
    pitch,
    spacing,
    header,
    top,
    columns,
    ...placeLinks(columns, features, tile),
  };
}

/**
 * @param {{units: number, center: number, lanes: number, top: number, tile: number, pitch: number}} _
 * @returns {Column}
 */
function placeColumn({ units, center, lanes, top, tile, pitch }) {
  const step = tile + rowGap(tile);
  const left = center - (tile + (lanes - 1) * step) / 2;
  const x = Float32Array.from({ length: units }, (_, i) => Math.round(left + (i % lanes) * step));
  const y = Float32Array.from({ length: units }, (_, i) => Math.round(top + (i * pitch) / lanes));
  return { center, x, y };
}

/**
 * A link from every input of a layer to each of its units, its end fanned out at the unit.
 *
 * @param {Column[]} columns
 * @param {boolean[]} features
 * @param {number} tile
 */
export function placeLinks(columns, features, tile) {
  const active = features.flatMap((isInput, i) => (isInput ? [i] : []));
  const sources = columns
    .slice(0, -1)
    .map((column, i) => (i === 0 ? active : [...column.x.keys()]));
  const targets = columns.slice(1);
  const count = targets.reduce((sum, { x }, layer) => sum + sources[layer].length * x.length, 0);
  /** @type {Links} */
  const links = {
    count,
    parameter: new Int32Array(count),
    layer: new Uint8Array(count),
    from: new Uint8Array(count),
    to: new Uint8Array(count),
    x0: new Float32Array(count),
    y0: new Float32Array(count),
    x1: new Float32Array(count),
    y1: new Float32Array(count),
  };
  /** @type {number[]} */
  const biases = [];
  let index = 0;
  let parameter = 0;
  const half = tile / 2;
  for (const [layer, target] of targets.entries()) {
    const column = columns[layer];
    const fanIn = sources[layer].length;
    for (let to = 0; to < target.x.length; to++) {
      for (const [from, row] of sources[layer].entries()) {
        links.parameter[index] = parameter++;
        links.layer[index] = layer;
        links.from[index] = from;
        links.to[index] = to;
        links.x0[index] = column.x[row] + tile;
        links.y0[index] = column.y[row] + half;
        links.x1[index] = target.x[to];
        links.y1[index] = target.y[to] + half + fan(from, fanIn) * tile;
        index++;
      }
      biases.push(parameter++);
    }
  }
  return { links, biases: Int32Array.from(biases), parameters: parameter };
}

/**
 * How far from the middle of the unit a link ends, as a part of the tile.
 *
 * @param {number} rank
 * @param {number} of
 */
const fan = (rank, of) => (of < 2 ? 0 : (rank / (of - 1) - 0.5) * Math.min(0.5, 0.12 * (of - 1)));

/** @param {number} tile */
export const biasSize = (tile) => Math.max(4, Math.round(tile * 0.15));

/**
 * Where the mark of a bias is: left of the lower left corner of its tile.
 *
 * @param {number} x
 * @param {number} y
 * @param {number} tile
 */
export const biasCorner = (x, y, tile) => ({
  x: x - biasSize(tile) - 2,
  y: y + tile - biasSize(tile),
});

/**
 * Where in the flat parameters a weight or bias is.
 *
 * @param {number[]} inputs of each weight layer
 * @param {number[]} units of each weight layer
 * @param {number} layer
 * @param {number} to
 * @param {number | null} from null for the bias
 */
export function parameterIndex(inputs, units, layer, to, from) {
  let start = 0;
  for (let l = 0; l < layer; l++) start += units[l] * (inputs[l] + 1);
  return start + to * (inputs[layer] + 1) + (from ?? inputs[layer]);
}

/**
 * Distance from a point to the curve of a link: a cubic with horizontal ends, as d3's diagonal.
 *
 * @param {Links} links
 * @param {number} index
 * @param {number} x
 * @param {number} y
 */
export function linkDistance({ x0, y0, x1, y1 }, index, x, y) {
  const STEPS = 24;
  const [left, top] = [x0[index], y0[index]];
  const [dx, dy] = [x1[index] - left, y1[index] - top];
  let nearest = Infinity;
  let [ax, ay] = [left, top];
  for (let step = 1; step <= STEPS; step++) {
    const t = step / STEPS;
    const bx = left + dx * t * (1.5 - 1.5 * t + t * t);
    const by = top + dy * t * t * (3 - 2 * t);
    nearest = Math.min(nearest, segmentDistance(x, y, ax, ay, bx, by));
    [ax, ay] = [bx, by];
  }
  return nearest;
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} ax
 * @param {number} ay
 * @param {number} bx
 * @param {number} by
 */
function segmentDistance(x, y, ax, ay, bx, by) {
  const [dx, dy] = [bx - ax, by - ay];
  const along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1);
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}

/**
 * The link nearest to a point, if any is near enough; thick links reach further.
 *
 * @param {Links} links
 * @param {number} x
 * @param {number} y
 * @param {number} tolerance
 * @param {(index: number) => number} [thickness]
 * @returns {LinkHit | null}
 */
export function hitLink(links, x, y, tolerance, thickness = () => 0) {
  const { count, layer, to, from, x0, x1, y0, y1 } = links;
  let best = -1;
  let nearest = tolerance;
  for (let i = 0; i < count; i++) {
    const reach = tolerance + 4;
    if (x < x0[i] - reach || x > x1[i] + reach) continue;
    if (y < Math.min(y0[i], y1[i]) - reach || y > Math.max(y0[i], y1[i]) + reach) continue;
    const distance = linkDistance(links, i, x, y) - thickness(i) / 2;
    if (distance < nearest) [best, nearest] = [i, distance];
  }
  if (best < 0) return null;
  return { kind: "link", layer: layer[best], to: to[best], from: from[best], index: best };
}
