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

/** Milliseconds of work after which the browser has its turn: on a phone these are four times as many. */
const SLICE_MS = 12;
let began = 0;

/**
 * A pause between two pieces of long work: lets the browser do what waits (input, painting), as a task of
 * more than 50 ms is felt. Work that has not taken long yet just goes on.
 *
 * @returns {Promise<void>}
 */
export async function pause() {
  if (performance.now() - began < SLICE_MS) return;
  const { scheduler } = /** @type {{scheduler?: {yield?: () => Promise<void>}}} */ (globalThis);
  await (scheduler?.yield?.() ?? new Promise((resolve) => setTimeout(resolve)));
  began = performance.now();
}
