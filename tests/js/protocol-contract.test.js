// What the server writes decodes to what stands beside it: the binary fixtures of tests/contract/.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createDecoder } from "../../static/js/protocol.js";

/** @typedef {import("../../static/js/protocol.js").Frame} Frame */

/** @param {string} file */
const fixture = (file) => readFileSync(new URL(`../contract/fixtures/${file}`, import.meta.url));

/** @param {string} name */
const expected = (name) => JSON.parse(fixture(`${name}.json`).toString("utf8"));

/** @param {Frame} frame */
function mapsOf({ outputs, units, unitSide, unitScales, focusMap }) {
  const cells = unitSide ** 2;
  const small = Array.from(unitScales, (_, i) => units.subarray(i * cells, (i + 1) * cells));
  return [...outputs, ...small, ...(focusMap ? [focusMap] : [])].map((map) => [...map]);
}

for (const names of [["frame-key", "frame-delta"], ["frame-focus"]]) {
  test(`the page reads ${names.join(" and then ")} as the server wrote it`, () => {
    const decoder = createDecoder();
    for (const name of names) {
      const frame = /** @type {Frame} */ (decoder.decode(fixture(`${name}.bin`)));
      const { header, parameters, scales, maps } = expected(name);
      assert.equal(frame.seq, header.seq);
      assert.deepEqual(frame.loss, header.loss);
      assert.deepEqual([...frame.parameters], parameters);
      const focus = frame.focusMap ? [frame.focusScale] : [];
      assert.deepEqual([...frame.outputScales, ...frame.unitScales, ...focus], scales);
      assert.deepEqual(mapsOf(frame), maps);
    }
  });
}

test("the page reads the points as the server wrote them", () => {
  const points = createDecoder().decode(fixture("points.bin"));
  assert.ok(points.type === "points");
  const { train, test: rest } = expected("points");
  for (const [got, wanted] of /** @type {const} */ ([
    [points.train, train],
    [points.test, rest],
  ])) {
    assert.deepEqual([...got.x1], wanted.x1);
    assert.deepEqual([...got.x2], wanted.x2);
    assert.deepEqual([...got.label], wanted.label);
  }
});
