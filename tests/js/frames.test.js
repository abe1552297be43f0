import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { createFrames } from "../../static/js/frames.js";

/** @import {Frame} from "../../static/js/protocol.js" */

/** @param {number} seq */
const frame = (seq) => /** @type {Frame} */ (/** @type {unknown} */ ({ seq }));

/** Frames on a screen that is painted when the test says so. */
function screen() {
  /** @type {Record<string, number[]>} */
  const got = { draw: [], read: [], record: [], acknowledge: [], early: [] };
  /** @type {((now: number) => void) | null} */
  let due = null;
  const frames = createFrames({
    draw: ({ seq }) => got.draw.push(seq),
    read: ({ seq }) => got.read.push(seq),
    record: ({ seq }) => got.record.push(seq),
    acknowledge: (seq, early) => {
      got.acknowledge.push(seq);
      got.early.push(early);
    },
    schedule: (run) => (due = run),
    afterPaint: (run) => run(),
  });
  const paint = (/** @type {number} */ now) => {
    const run = due;
    due = null;
    run?.(now);
  };
  return { frames, got, paint };
}

test("of the frames that have come the latest is drawn and acknowledged, and all are recorded", () => {
  const { frames, got, paint } = screen();
  for (const seq of [1, 2, 3]) frames.push(frame(seq));
  assert.equal(frames.waiting, true);
  paint(0);
  const { early, ...seen } = got;
  assert.equal(early.length, 1);
  assert.deepEqual(seen, { draw: [3], read: [3], record: [1, 2, 3], acknowledge: [3] });
  assert.equal(frames.waiting, false);
  assert.equal(frames.latest?.seq, 3);
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
