import assert from "node:assert/strict";
import { test } from "node:test";
import { computeLayout } from "../../static/js/layout.js";
import { createGlide, ease } from "../../static/js/parts/network-glide.js";

const ROOM = { width: 884, height: 780, left: 70, right: 30, control: 26 };

/** @param {number[]} layers @param {boolean[]} [inputs] */
function drawing(layers, inputs = [true, true, false]) {
  const layout = computeLayout({ features: inputs, layers, outputs: 1 }, ROOM);
  const features = inputs.map((active) => ({ active, map: new Int8Array(0), scale: 1 }));
  return { layout, features };
}

/** @param {number[]} before @param {number[]} after */
const glideOf = (before, after) => {
  const [from, to] = [drawing(before), drawing(after)];
  return { from: from.layout, to: to.layout, glide: createGlide(from, to) };
};

test("it begins where tiles were and ends exactly where they are", () => {
  const { from, to, glide } = glideOf([4, 2], [4, 2, 3]);
  const { layout: first, growth } = glide.at(0);
  assert.equal(growth, 0);
  assert.equal(first.tile, from.tile);
  for (const column of [0, 1, 2]) {
    assert.deepEqual(first.columns[column].x, from.columns[column].x);
    assert.deepEqual(first.columns[column].y, from.columns[column].y);
  }
  assert.deepEqual(first.columns[4].x, from.columns[3].x); // the output
  assert.deepEqual(glide.at(1).layout.columns, to.columns);
  assert.deepEqual(glide.at(1).layout.links, to.links);
});

test("links follow the tiles that they are between", () => {
  const { to, glide } = glideOf([6, 5], [6, 5, 4]);
  for (const t of [0, 0.3, 0.8]) {
    const { layout } = glide.at(t);
    const { links, columns, tile } = layout;
    for (let i = 0; i < links.count; i++) {
      const target = columns[links.layer[i] + 1];
      assert.ok(Math.abs(links.x1[i] - target.x[links.to[i]]) < 0.01);
      if (links.layer[i] === 0) continue;
      const source = columns[links.layer[i]];
      assert.ok(Math.abs(links.x0[i] - source.x[links.from[i]] - tile) < 0.01);
      assert.ok(Math.abs(links.y0[i] - source.y[links.from[i]] - tile / 2) < 0.01);
    }
  }
  assert.equal(glide.fresh.length, to.links.count);
});

test("a neuron that is added is new, with all of its links, and nothing else", () => {
  const { to, glide } = glideOf([4, 2], [5, 2]);
  for (const [column, { x }] of to.columns.entries()) {
    for (const row of x.keys()) assert.equal(glide.isNew(column, row), column === 1 && row === 4);
  }
  const { layer, from, to: receiver, count } = to.links;
  for (let i = 0; i < count; i++) {
    const isOfIt = (layer[i] === 0 && receiver[i] === 4) || (layer[i] === 1 && from[i] === 4);
    assert.equal(glide.fresh[i], isOfIt ? 1 : 0);
  }
});

test("when a layer goes, the output stays and has new links", () => {
  const { to, glide } = glideOf([4, 2], [4]);
  for (const [column, { x }] of to.columns.entries()) {
    for (const row of x.keys()) assert.equal(glide.isNew(column, row), false);
  }
  const { layer, count } = to.links;
  for (let i = 0; i < count; i++) assert.equal(glide.fresh[i], layer[i] === 1 ? 1 : 0);
});

test("the links of a feature that becomes an input are new", () => {
  const to = drawing([2], [true, true, true]);
  const { fresh } = createGlide(drawing([2]), to);
  const { layer, from } = to.layout.links;
  for (const [i, mark] of fresh.entries()) {
    assert.equal(mark, layer[i] === 0 && from[i] === 2 ? 1 : 0);
  }
});

test("the way is gone in one direction, from 0 to 1", () => {
  const steps = Array.from({ length: 11 }, (_, i) => ease(i / 10));
  assert.equal(steps[0], 0);
  assert.equal(steps[10], 1);
  assert.ok(steps.every((value, i) => i === 0 || value > steps[i - 1]));
});
