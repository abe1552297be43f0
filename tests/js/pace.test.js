import assert from "node:assert/strict";
import { test } from "node:test";
import { createPace } from "../../static/js/pace.js";

/**
 * Frames drawn of `count`, each of which costs so many milliseconds.
 *
 * @param {ReturnType<typeof createPace>} pace
 * @param {{count: number, cost: number, from?: number, period?: number}} options
 */
function run(pace, { count, cost, from = 0, period = 1000 / 60 }) {
  let drawn = 0;
  for (let i = 0; i < count; i++) {
    if (!pace.next(from + i * period)) continue;
    drawn++;
    pace.spent(cost);
  }
  return drawn;
}

test("what is cheap is drawn in every animation frame", () => {
  assert.equal(run(createPace(), { count: 120, cost: 6 }), 120);
});

test("what takes more than half of the time is drawn in every second one", () => {
  const pace = createPace();
  run(pace, { count: 120, cost: 10 });
  assert.equal(run(pace, { count: 120, cost: 10, from: 2000 }), 60);
});

test("it takes a good deal less to come back", () => {
  const pace = createPace();
  run(pace, { count: 120, cost: 10 });
  assert.equal(run(pace, { count: 120, cost: 8, from: 2000 }), 60);
  run(pace, { count: 240, cost: 3, from: 4000 });
  assert.equal(run(pace, { count: 120, cost: 8, from: 8000 }), 120);
});

test("one slow frame changes nothing", () => {
  const pace = createPace();
  run(pace, { count: 60, cost: 3 });
  pace.spent(400);
  assert.equal(run(pace, { count: 60, cost: 3, from: 1000 }), 60);
});

test("what comes after a pause is drawn at once", () => {
  const pace = createPace();
  run(pace, { count: 120, cost: 10 });
  pace.next(2100);
  for (let now = 2200; now < 3000; now += 100) assert.equal(pace.next(now), true);
});

test("the rate of the screen counts", () => {
  const fast = createPace();
  run(fast, { count: 600, cost: 6, period: 1000 / 120 });
  assert.equal(fast.isDear, true);
  const slow = createPace();
  run(slow, { count: 600, cost: 12, period: 1000 / 30 });
  assert.equal(slow.isDear, false);
});
