/** @import {Frame} from "./protocol.js" */

import { createPace } from "./pace.js";
import { throttle } from "./timing.js";

/** Numbers that change more often cannot be read. */
const READ_MS = 100;
/** What a frame can be early by, at most, in a message. */
const MOST_EARLY = 99;

/**
 * Frames on their way to the screen: however many arrive, one is drawn per animation frame, the
 * latest, and acknowledged once it is drawn; in every second animation frame where drawing takes long.
 * Losses of frames that are not drawn are not lost. `read` is what to do with the numbers of a frame,
 * all at one time, because what it lays out and paints anew costs more than drawing the frame.
 * With a frame's number is acknowledged how many milliseconds before the middle of the time between two
 * animation frames it had come: by that the server keeps away from their edges, where of two frames one
 * would come too late and the other be passed over for the next.
 *
 * @param {{draw: (frame: Frame) => void, read: (frame: Frame) => void, record: (frame: Frame) => void,
 *   acknowledge: (seq: number, early: number) => void, schedule?: (run: (now: number) => void) => void,
 *   afterPaint?: (run: () => void) => void}} options
 */
export function createFrames({
  draw,
  read,
  record,
  acknowledge,
  schedule = (run) => requestAnimationFrame(run),
  afterPaint = createAfterPaint(),
}) {
  const pace = createPace();
  const readSoon = throttle(read, READ_MS);
  /** @type {Frame | null} */
  let next = null;
  /** @type {Frame | null} */
  let latest = null;
  let scheduled = false;
  let came = 0;

  const run = (/** @type {number} */ now) => {
    scheduled = false;
    if (!next) return;
    if (!pace.next(now)) {
      plan();
      return;
    }
    const start = performance.now();
    afterPaint(() => pace.spent(performance.now() - start));
    latest = next;
    next = null;
    draw(latest);
    readSoon(latest);
    const early = Math.round(start - came - pace.period / 2);
    acknowledge(latest.seq, Math.max(-MOST_EARLY, Math.min(MOST_EARLY, early)));
  };

  function plan() {
    if (scheduled) return;
    scheduled = true;
    schedule(run);
  }

  return {
    /** The frame drawn last. */
    get latest() {
      return latest;
    },
    /** Whether a frame waits to be drawn, so that none can be expected from the server. */
    get waiting() {
      return next !== null;
    },
    /** @param {Frame} frame */
    push(frame) {
      record(frame);
      next = frame;
      came = performance.now();
      plan();
    },
    /** Another run, or another connection: what is under way is not to be drawn. */
    clear() {
      next = null;
      latest = null;
    },
  };
}

/** Runs something in the first turn after the page has been painted. */
function createAfterPaint() {
  const { port1, port2 } = new MessageChannel();
  /** @type {(() => void)[]} */
  let waiting = [];
  port1.onmessage = () => {
    const due = waiting;
    waiting = [];
    for (const run of due) run();
  };
  return (/** @type {() => void} */ run) => {
    waiting.push(run);
    port2.postMessage(null);
  };
}
