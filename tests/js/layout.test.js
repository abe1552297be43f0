import assert from "node:assert/strict";
import { test } from "node:test";
import {
  computeLayout,
  hitLink,
  linkDistance,
  naturalHeight,
  parameterIndex,
} from "../../static/js/layout.js";

const ROOM = { width: 884, height: 780, left: 70, right: 30, control: 26 };
const NINE = [true, true, false, false, false, false, false, false, false];
const DEFAULT = { features: NINE, layers: [4, 2], outputs: 1 };

test("columns run from the features to the outputs, evenly spaced", () => {
  const { columns, spacing } = computeLayout(DEFAULT, ROOM);
  assert.deepEqual(
    columns.map(({ x }) => x.length),
    [9, 4, 2, 1],
  );
  for (const [i, { center }] of columns.slice(1).entries()) {
    assert.ok(Math.abs(center - columns[i].center - spacing) < 1e-9);
  }
});

test("links follow the order of the flat parameters, biases left out", () => {
  const { links, parameters } = computeLayout(DEFAULT, ROOM);
  assert.equal(links.count, 2 * 4 + 4 * 2 + 2);
  assert.equal(parameters, 3 * 4 + 5 * 2 + 3);
  assert.deepEqual([...links.parameter.slice(0, 5)], [0, 1, 3, 4, 6]);
  for (let i = 0; i < links.count; i++) {
    const { layer, to, from, parameter } = links;
    assert.equal(parameterIndex([2, 4, 2], [4, 2, 1], layer[i], to[i], from[i]), parameter[i]);
  }
  assert.equal(parameterIndex([2, 4, 2], [4, 2, 1], 2, 0, null), parameters - 1);
});

test("only active features have links", () => {
  const features = [false, true, false, true];
  const { links, columns, tile } = computeLayout({ features, layers: [1], outputs: 1 }, ROOM);
  assert.deepEqual([...links.from], [0, 1, 0]);
  assert.deepEqual(
    [...links.y0.slice(0, 2)],
    [columns[0].y[1] + tile / 2, columns[0].y[3] + tile / 2],
  );
});

for (const [name, layers] of /** @type {[string, number[]][]} */ ([
  ["no hidden layer", []],
  ["the default", [4, 2]],
  ["eight layers of eight", new Array(8).fill(8)],
  ["two layers of 32", [32, 32]],
  ["eight layers of 32", new Array(8).fill(32)],
  ["thirty layers", new Array(30).fill(8)],
])) {
  for (const height of [780, 560]) {
    test(`${name} fits into ${ROOM.width} x ${height} and no tiles overlap`, () => {
      const shape = { features: NINE, layers, outputs: 1 };
      const { columns, tile, width, height: needed } = computeLayout(shape, { ...ROOM, height });
      assert.equal(width, ROOM.width);
      if (!layers.includes(32)) assert.equal(needed, height);
      const tiles = columns.flatMap(({ x, y }) => [...x].map((left, i) => ({ left, top: y[i] })));
      for (const [i, a] of tiles.entries()) {
        assert.ok(a.left >= 0 && a.left + tile <= width && a.top + tile <= needed);
        for (const b of tiles.slice(i + 1)) {
          const apart = Math.abs(a.left - b.left) >= tile || Math.abs(a.top - b.top) >= tile;
          assert.ok(apart, `tiles of ${tile} overlap: ${JSON.stringify([a, b])}`);
        }
      }
    });
  }
}

test("units are at least 36 pixels in eight layers of eight, and 46 or more in the default", () => {
  const deep = computeLayout({ ...DEFAULT, layers: new Array(8).fill(8) }, ROOM);
  assert.ok(deep.tile >= 36, `${deep.tile}`);
  assert.equal(deep.header, "stacked");
  const usual = computeLayout(DEFAULT, ROOM);
  assert.ok(usual.tile >= 46, `${usual.tile}`);
  assert.equal(usual.header, "row");
});

test("32 units stand in zigzag lanes, from top to bottom in their order", () => {
  const { columns, tile } = computeLayout({ ...DEFAULT, layers: [32] }, ROOM);
  assert.ok(tile >= 19, `${tile}`);
  const { x, y } = columns[1];
  assert.ok(new Set(x).size > 1);
  for (let i = 1; i < y.length; i++) assert.ok(y[i] > y[i - 1]);
});

test("a narrow drawing keeps its size and is scrolled", () => {
  const phone = { ...ROOM, width: 390, height: naturalHeight(DEFAULT, 390, 34), control: 34 };
  const { width, tile, header } = computeLayout({ ...DEFAULT, layers: [8, 8, 8] }, phone);
  assert.ok(width > 390);
  assert.ok(tile >= 32, `${tile}`);
  assert.equal(header, "stacked");
  assert.equal(naturalHeight(DEFAULT, 884, 26), 0);
});

test("where the page does not scroll a narrow drawing is squeezed", () => {
  const layers = new Array(6).fill(8);
  const { width } = computeLayout({ ...DEFAULT, layers }, { ...ROOM, width: 490, squeezes: true });
  assert.equal(width, 490);
});

test("a point on a link is at distance 0, whatever its bend", () => {
  const { links } = computeLayout({ ...DEFAULT, layers: [8] }, ROOM);
  for (let i = 0; i < links.count; i++) {
    const { x0, y0, x1, y1 } = links;
    assert.ok(linkDistance(links, i, x0[i], y0[i]) < 1e-6);
    assert.ok(linkDistance(links, i, (x0[i] + x1[i]) / 2, (y0[i] + y1[i]) / 2) < 0.05);
    const y = y0[i] + (y1[i] - y0[i]) * 0.25 * 0.25 * (3 - 0.5);
    const x = x0[i] + (x1[i] - x0[i]) * 0.25 * (1.5 - 0.375 + 0.0625);
    assert.ok(linkDistance(links, i, x, y) < 0.1);
  }
});

test("the link under the pointer is found within the tolerance, and none beyond", () => {
  const { links } = computeLayout({ features: [true], layers: [2], outputs: 1 }, ROOM);
  const [x, y] = [(links.x0[1] + links.x1[1]) / 2, (links.y0[1] + links.y1[1]) / 2];
  const hit = { kind: "link", layer: 0, to: 1, from: 0, index: 1 };
  assert.deepEqual(hitLink(links, x, y, 6), hit);
  assert.deepEqual(hitLink(links, x + 5, y, 6), hit);
  assert.equal(hitLink(links, x - 60, y + 60, 6), null);
  assert.equal(hitLink(links, x, y + 400, 6), null);
});

test("a thick link is hit at its edge, in front of a thin one that is nearer its middle", () => {
  const { links } = computeLayout({ features: [true], layers: [2], outputs: 1 }, ROOM);
  const x = (links.x0[0] + links.x1[0]) / 2;
  const y = links.y0[0] + 9;
  assert.equal(hitLink(links, x, y, 6), null);
  assert.equal(hitLink(links, x, y, 6, () => 8)?.index, 0);
});

test("a low and narrow drawing keeps its tiles large: controls in a row, narrower gaps", () => {
  const room = { width: 582, height: 372, left: 75, right: 36, control: 26, squeezes: true };
  const { header, tile, spacing, columns, height } = computeLayout(DEFAULT, room);
  assert.equal(header, "row");
  assert.ok(spacing >= 149, `${spacing}`);
  assert.ok(tile >= 24, `${tile}`);
  assert.equal(height, room.height);
  assert.ok(columns[0].x[0] >= 60, "labels have their room");
  const [output] = columns[columns.length - 1].x;
  assert.ok(output + tile <= room.width - 20);
});

test("with one column more, the outer ones stay where they are used to be", () => {
  const room = { width: 582, height: 372, left: 75, right: 36, control: 26, squeezes: true };
  const { header, columns } = computeLayout({ ...DEFAULT, layers: [4, 2, 2] }, room);
  assert.equal(header, "stacked");
  assert.equal(columns[0].center, 75 + 30);
});
