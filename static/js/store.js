/**
 * The state of the controls, as one value that is replaced and never changed in place. Listeners run
 * at most once per animation frame, however often the value was set in between.
 *
 * @template T
 */
export class Store {
  #value;
  #schedule;
  #scheduled = false;
  /** @type {Set<() => void>} */
  #selections = new Set();

  /**
   * @param {T} value
   * @param {(run: () => void) => void} schedule Runs a function at the next animation frame.
   */
  constructor(value, schedule) {
    this.#value = value;
    this.#schedule = schedule;
  }

  get value() {
    return this.#value;
  }

  /** @param {T} value */
  set(value) {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#schedule(() => this.flush());
  }

  /** Runs the listeners now instead of at the next animation frame. */
  flush() {
    this.#scheduled = false;
    for (const update of [...this.#selections]) update();
  }

  /**
   * Calls the listener with a part of the value: at once, and whenever that part is another. Several parts are given
   * as an array.
   *
   * @template U
   * @param {(value: T) => U} pick
   * @param {(part: U) => void} listener
   * @returns {() => void} Ends it.
   */
  select(pick, listener) {
    let part = pick(this.#value);
    listener(part);
    const update = () => {
      const next = pick(this.#value);
      if (isSame(next, part)) return;
      part = next;
      listener(part);
    };
    this.#selections.add(update);
    return () => this.#selections.delete(update);
  }
}

/**
 * @param {unknown} a
 * @param {unknown} b
 */
function isSame(a, b) {
  if (!Array.isArray(a) || !Array.isArray(b)) return Object.is(a, b);
  return a.length === b.length && a.every((part, k) => Object.is(part, b[k]));
}
