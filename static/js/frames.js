/** @import {Frame} from "./protocol.js" */

import { createPace } from "./pace.js";
import { throttle } from "./timing.js";

/** Numbers that change more often cannot be read. */
const READ_MS = 100;
/** Frames that wait at most. */
const MOST_WAITING = 2;
/** What a frame can be early by, at most, in a message. */
const MOST_EARLY = 99;

/**
 * Frames on their way to the screen: however many arrive, one is drawn per animation frame, and
 * acknowledged once it is drawn; in every second animation frame where drawing takes long. Of two that
 * come between two animation frames, because one was late, the second is drawn in the next; of more, or
 * where drawing takes long, the latest is drawn and those before it are passed over. Losses of frames that are not drawn are not lost. `read` is what to do with the numbers of a frame,
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
  /** @type {{frame: Frame, came: number}[]} */
  let waiting = [];
  /** @type {Frame | null} */
  let latest = null;
  let scheduled = false;

  const run = (/** @type {number} */ now) => {
    scheduled = false;
    if (!waiting.length) return;
    if (!pace.next(now)) {
      plan();
      return;
    }
    const start = performance.now();
    afterPaint(() => pace.spent(performance.now() - start));
    const { frame, came } = /** @type {typeof waiting[number]} */ (waiting.shift());
    if (waiting.length) plan();
    latest = frame;
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
      return waiting.length > 0;
    },
    /** @param {Frame} frame */
    push(frame) {
      record(frame);
      waiting.push({ frame, came: performance.now() });
      waiting = waiting.slice(pace.isDear ? -1 : -MOST_WAITING);
      plan();
    },
    /** Another run, or another connection: what is under way is not to be drawn. */
    clear() {
      waiting = [];
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
