/**
 * A function that runs at most once per interval: at once when it has rested, otherwise when the
 * interval ends, with what it was last given.
 *
 * @template {any[]} A
 * @param {(...values: A) => void} run
 * @param {number} ms
 * @returns {((...values: A) => void) & {flush: () => void}} `flush` runs what is due at once.
 */
export function throttle(run, ms) {
  /** @type {ReturnType<typeof setTimeout> | null} */
  let timer = null;
  /** @type {A | null} */
  let due = null;

  const fire = () => {
    if (due === null) {
      timer = null;
      return;
    }
    const values = due;
    due = null;
    timer = setTimeout(fire, ms);
    run(...values);
  };

  const throttled = (/** @type {A} */ ...values) => {
    due = values;
    if (timer === null) fire();
  };
  return Object.assign(throttled, {
    flush() {
      if (due === null) return;
      if (timer !== null) clearTimeout(timer);
      fire();
    },
  });
}

/**
 * Lets the browser do what waits (input, painting) before the work goes on: a task of more than 50 ms is felt.
 *
 * @returns {Promise<void>}
 */
export function pause() {
  const { scheduler } = /** @type {{scheduler?: {yield?: () => Promise<void>}}} */ (globalThis);
  return scheduler?.yield?.() ?? new Promise((resolve) => setTimeout(resolve));
}

/** In a tab that nobody sees there are no frames. */
const LONGEST_FRAME = 200;

/**
 * When the next frame is on the screen, or about to be.
 *
 * @returns {Promise<void>}
 */
export const nextFrame = () =>
  new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, LONGEST_FRAME);
  });
