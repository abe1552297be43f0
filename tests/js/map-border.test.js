import assert from "node:assert/strict";
import test from "node:test";

import { borderEnds } from "../../static/js/parts/map-border.js";

test("a line crosses the map from edge to edge, x2 upwards", () => {
  assert.deepEqual(borderEnds({ w1: 1, w2: 1, b: 0 }, 120), [
    [0, 0],
    [120, 120],
  ]);
  assert.deepEqual(borderEnds({ w1: 0, w2: 2, b: -6 }, 120), [
    [0, 30],
    [120, 30],
  ]);
  assert.deepEqual(borderEnds({ w1: 1, w2: 0, b: 3 }, 120), [
    [30, 0],
    [30, 120],
  ]);
});

test("a line beside the map, or no line, is not drawn", () => {
  assert.equal(borderEnds({ w1: 1, w2: 1, b: 100 }, 120), null);
  assert.equal(borderEnds({ w1: 0, w2: 0, b: 1 }, 120), null);
});
