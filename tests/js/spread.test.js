import assert from "node:assert/strict";
import { test } from "node:test";

import { spread } from "../../static/js/parts/spread.js";

/** @param {number} count @param {number} room */
const row = (count, room) => Array.from({ length: count }, (_, k) => ((k + 0.5) * room) / count);
const ORDER = [3, 5, 0, 1, 2, 4];

test("where there is room every label stays where it belongs", () => {
  const shifts = spread(row(6, 180), Array(6).fill(18), { order: ORDER, room: 180, gap: 4 });
  assert.deepEqual(shifts, [0, 0, 0, 0, 0, 0]);
});

test("labels that are shown are apart and within the row, however narrow it is", () => {
  for (let room = 10; room < 200; room++) {
    const widths = [18, 18, 18, 18, 18, 24];
    const centers = row(6, room);
    const shifts = spread(centers, widths, { order: ORDER, room, gap: 4 });
    const shown = shifts.flatMap((shift, k) =>
      shift === null
        ? []
        : [[centers[k] + shift - widths[k] / 2, centers[k] + shift + widths[k] / 2]],
    );
    shown.forEach(([left, right], k) => {
      assert.ok(left >= 0 && right <= room + 1e-9);
      if (k > 0) assert.ok(left >= shown[k - 1][1] + 4 - 1e-9, `${room}: ${shown}`);
    });
    assert.equal(
      shifts[3] !== null,
      room >= 18,
      "the most important is shown where it fits at all",
    );
  }
});

test("the order decides which are left out, and an index that is named twice counts once", () => {
  const options = { room: 60, gap: 4 };
  const [centers, widths] = [row(6, 60), Array(6).fill(18)];
  const shown = (/** @type {number[]} */ order) =>
    spread(centers, widths, { ...options, order }).flatMap((shift, k) =>
      shift === null ? [] : [k],
    );
  assert.deepEqual(shown([2, 2, 0, 1, 3, 4, 5]), [2, 5]);
  assert.deepEqual(shown([0, 5, 1, 2, 3, 4]), [0, 5]);
});
