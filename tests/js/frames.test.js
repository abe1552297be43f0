import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { createFrames } from "../../static/js/frames.js";

/** @import {Frame} from "../../static/js/protocol.js" */

/** @param {number} seq */
const frame = (seq) => /** @type {Frame} */ (/** @type {unknown} */ ({ seq }));

/** Frames on a screen that is painted when the test says so. `cost` is run when one is drawn. */
function screen({ cost = () => {} } = {}) {
  /** @type {Record<string, number[]>} */
  const got = { draw: [], read: [], record: [], acknowledge: [], early: [] };
  /** @type {((now: number) => void) | null} */
  let due = null;
  /** @type {(() => void)[]} */
  const painted = [];
  const frames = createFrames({
    draw: ({ seq }) => {
      got.draw.push(seq);
      cost();
    },
    read: ({ seq }) => got.read.push(seq),
    record: ({ seq }) => got.record.push(seq),
    acknowledge: (seq, early) => {
      got.acknowledge.push(seq);
      got.early.push(early);
    },
    schedule: (run) => (due = run),
    afterPaint: (run) => painted.push(run),
  });
  const paint = (/** @type {number} */ now) => {
    const run = due;
    due = null;
    run?.(now);
    for (const after of painted.splice(0)) after();
  };
  return { frames, got, paint };
}

test("of two frames that have come both are drawn, one after the other", () => {
  const { frames, got, paint } = screen();
  for (const seq of [1, 2]) frames.push(frame(seq));
  paint(0);
  assert.equal(frames.latest?.seq, 1);
  assert.equal(frames.waiting, true);
  paint(17);
  assert.equal(frames.waiting, false);
  paint(33);
  assert.deepEqual(got.draw, [1, 2]);
  assert.deepEqual(got.acknowledge, [1, 2]);
});

test("of more frames the first are passed over, but recorded", () => {
  const { frames, got, paint } = screen();
  for (const seq of [1, 2, 3, 4]) frames.push(frame(seq));
  paint(0);
  paint(17);
  assert.deepEqual(got.draw, [3, 4]);
  assert.deepEqual(got.acknowledge, [3, 4]);
  assert.deepEqual(got.record, [1, 2, 3, 4]);
});

test("where drawing takes long, the latest frame is drawn", () => {
  let now = 0;
  mock.method(performance, "now", () => now);
  const { frames, got, paint } = screen({ cost: () => void (now += 12) });
  for (let seq = 1; seq <= 200; seq++) {
    now = (seq * 1000) / 60;
    frames.push(frame(seq));
    paint(now);
  }
  frames.push(frame(201));
  frames.push(frame(202));
  paint(now + 100);
  paint(now + 200);
  mock.restoreAll();
  assert.equal(got.draw.at(-1), 202);
  assert.ok(!got.draw.includes(201));
});

test("the server hears how early a frame was, within bounds", () => {
  let now = 0;
  mock.method(performance, "now", () => now);
  const { frames, got, paint } = screen();
  // At 50 a second the middle of the time between two animation frames is after 10 ms.
  for (const [came, shown] of [
    [0, 20],
    [39, 40],
    [50, 60],
    [61, 80],
    [81, 1000],
  ]) {
    now = came;
    frames.push(frame(1));
    now = shown;
    paint(now);
  }
  mock.restoreAll();
  assert.deepEqual(got.early.slice(1), [-9, 0, 9, 99]);
});

test("numbers are read ten times a second, and those of the last frame too", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { frames, got, paint } = screen();
  for (let seq = 0; seq < 60; seq++) {
    frames.push(frame(seq));
    paint((seq * 1000) / 60);
    mock.timers.tick(17);
  }
  mock.timers.tick(200);
  mock.timers.reset();
  assert.equal(got.draw.length, 60);
  assert.ok(got.read.length >= 10 && got.read.length <= 12, `${got.read.length} times`);
  assert.equal(got.read.at(-1), 59);
});

test("what is under way is not drawn when another run begins", () => {
  const { frames, got, paint } = screen();
  frames.push(frame(1));
  frames.clear();
  paint(0);
  assert.deepEqual(got.draw, []);
  assert.equal(frames.latest, null);
});
