/**
 * Whether to draw in this animation frame: in each as long as drawing takes less than about half of
 * the time between two, otherwise in every second one, so that the page can still answer.
 */

/** How far one frame moves what is held to be the usual cost, as a part of the time between two. */
const STEP = 0.01;
/** Parts of the time between two animation frames: from the first on every second one is left out,
 * below the second none. */
const DEAR = 0.55;
const CHEAP = 0.42;
/** Milliseconds between animation frames, at 240 and 30 a second. */
const SHORTEST = 1000 / 240;
const LONGEST = 1000 / 30;
/** The shortest time is what counts, but is slowly forgotten: a window moves to another screen. */
const FORGET = 1.005;

export function createPace() {
  let period = LONGEST;
  let last = -Infinity;
  let cost = 0;
  let isDear = false;
  let drawn = -Infinity;

  return {
    /** Milliseconds between two animation frames. */
    get period() {
      return period;
    },

    /** Whether every second animation frame is left out. */
    get isDear() {
      return isDear;
    },

    /**
     * @param {number} now when this animation frame began
     * @returns {boolean} is there to be drawn in it
     */
    next(now) {
      const interval = Math.max(SHORTEST, now - last);
      period = Math.min(LONGEST, period * FORGET, interval);
      last = now;
      if (isDear && now - drawn < 1.5 * period) return false;
      drawn = now;
      return true;
    },

    /** @param {number} ms that drawing in one animation frame took */
    spent(ms) {
      // The running median: now and then other programs make a frame last several times as long.
      cost += Math.sign(ms - cost) * STEP * period;
      isDear = cost > period * (isDear ? CHEAP : DEAR);
    },
  };
}
