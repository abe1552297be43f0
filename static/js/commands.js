import { slowerRate } from "./divergence.js";
import { withoutPending, withPending } from "./state.js";

/** @import {State} from "./state.js" */
/** @import {Store} from "./store.js" */

const ANSWER_WITHIN = 3000;

/** Commands that the server answers with an experiment. */
const ANSWERED = new Set(["configure", "open", "regenerate", "reroll", "reset", "revive"]);

/**
 * What the user asks for, on its way to the server. Changes show at once and lie over the server's
 * word until it has answered.
 *
 * @param {{store: Store<State>, send: (command: {type: string} & Record<string, any>) => void}} options
 */
export function createCommands({ store, send }) {
  let lastId = Date.now(); // higher than those of this tab before it was loaded anew

  const command = (/** @type {string} */ type, /** @type {Record<string, any>} */ fields = {}) => {
    const id = ++lastId;
    send({ type, id, ...fields });
    return id;
  };

  /** A command whose answer is an experiment. */
  const change = (/** @type {string} */ type, /** @type {Record<string, any>} */ fields = {}) => {
    const id = command(type, fields);
    store.set(withPending(store.value, id, fields.changes, fields.view));
    setTimeout(() => store.set(withoutPending(store.value, id)), ANSWER_WITHIN);
    return id;
  };

  const transport = (
    /** @type {"play" | "pause" | "step"} */ type,
    /** @type {"playing" | "paused"} */ state,
  ) => {
    const { status } = store.value;
    if (status.state !== "diverged") {
      store.set({ ...store.value, status: { ...status, state } });
    }
    command(type);
  };

  return {
    play: () => transport("play", "playing"),
    pause: () => transport("pause", "paused"),
    step: () => transport("step", "paused"),
    toggle: () =>
      store.value.status.state === "playing"
        ? transport("pause", "paused")
        : transport("play", "playing"),
    reset: () => change("reset"),
    reroll: () => change("reroll"),
    regenerate: () => change("regenerate"),
    undo: () => {
      if (store.value.experiment?.can_undo) change("undo");
    },
    redo: () => {
      if (store.value.experiment?.can_redo) change("redo");
    },
    open: (/** @type {string} */ hash) => change("open", { hash }),
    configure: (/** @type {Record<string, any>} */ changes) =>
      change("configure", { changes, view: {} }),
    /** Other points for the network as it is. @param {Record<string, any>} changes */
    draw: (changes) => change("configure", { changes, view: {}, keep_weights: true }),
    show: (/** @type {Record<string, any>} */ view) => change("configure", { changes: {}, view }),
    speed: (/** @type {number | null} */ epochs_per_second) => {
      store.set({ ...store.value, status: { ...store.value.status, epochs_per_second } });
      command("speed", { epochs_per_second });
    },
    until: (/** @type {{epoch: number | null, test_loss: number | null}} */ until) =>
      command("run_until", until),
    edit: (
      /** @type {{layer: number, to: number, from: number | null, value: number}} */ request,
    ) => command("edit", request),
    revive: (/** @type {number} */ layer, /** @type {number} */ unit) =>
      change("revive", { layer, unit }),
    focus: (/** @type {number | null} */ layer, /** @type {number | null} */ unit) =>
      command("focus", { layer, unit }),
    /** Any command, by its type; returns its id. */
    perform: (/** @type {{type: string} & Record<string, any>} */ { type, ...fields }) =>
      ANSWERED.has(type) ? change(type, fields) : command(type, fields),
    /** A third of the learning rate, from the start. First the reset, so that undo takes back both. */
    slowDown: () => {
      const learning_rate = slowerRate(store.value.spec.learning_rate);
      change("reset");
      change("configure", { changes: { learning_rate }, view: {} });
      transport("play", "playing");
    },
    /** Asks what a feature would be. @param {object} feature @returns {number} the id of the answer */
    tryFeature: (feature) => command("try_feature", { feature }),
    watch: (/** @type {object[]} */ diagnostics) => command("watch", { diagnostics }),
    acknowledge: (/** @type {number} */ seq, /** @type {number} */ early) =>
      send({ type: "ack", seq, early }),
  };
}

/** @typedef {ReturnType<typeof createCommands>} Commands */
