/** @import {Frame} from "./protocol.js" */

/**
 * Frames on their way to the screen: however many arrive, one is drawn per animation frame, the
 * latest, and acknowledged once it is drawn. Losses of frames that are not drawn are not lost.
 *
 * @param {{draw: (frame: Frame) => void, record: (frame: Frame) => void,
 *   acknowledge: (seq: number) => void, schedule?: (run: () => void) => void}} options
 */
export function createFrames({
  draw,
  record,
  acknowledge,
  schedule = (run) => requestAnimationFrame(run),
}) {
  /** @type {Frame | null} */
  let next = null;
  /** @type {Frame | null} */
  let latest = null;
  let scheduled = false;

  const run = () => {
    scheduled = false;
    if (!next) return;
    latest = next;
    next = null;
    draw(latest);
    acknowledge(latest.seq);
  };

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
      if (scheduled) return;
      scheduled = true;
      schedule(run);
    },
    /** Another run, or another connection: what is under way is not to be drawn. */
    clear() {
      next = null;
      latest = null;
    },
  };
}
