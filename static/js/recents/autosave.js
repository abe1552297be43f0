/**
 * Keeps the run in this browser: when it pauses, and now and then while it trains.
 *
 * @import {ExperimentEvent, SavedEvent} from "#protocol"
 * @import {Translate} from "../i18n.js"
 * @import {MapState} from "../pictures/map-picture.js"
 * @import {Frame} from "../protocol.js"
 * @import {Catalog} from "../schema.js"
 * @import {Kept} from "./kept.js"
 *
 * @typedef {object} Running What the page shows at this moment.
 * @property {ExperimentEvent} experiment
 * @property {Frame | null} frame
 * @property {boolean} playing
 */

import { titleOf } from "./names.js";
import { drawSmallMap } from "./small-map.js";
import { visit } from "./visit.js";

const LOOK_MS = 2000;
const EVERY_MS = 30_000;
/** What takes long to write and to keep is kept less often while it trains. */
const LARGE = 300_000;
const EVERY_LARGE_MS = 300_000;

/**
 * Whether it is time to keep a run.
 *
 * @param {{changed: boolean, playing: boolean, since: number, size: number}} state `since`: milliseconds
 *   since it was kept last; `size` of its file then
 */
export const isDue = ({ changed, playing, since, size }) =>
  changed && (!playing || since >= (size > LARGE ? EVERY_LARGE_MS : EVERY_MS));

/**
 * What of a run was kept, told apart from what it becomes; null when there is nothing to keep.
 *
 * @param {Running | null} running
 */
export function markOf(running) {
  const frame = running?.frame;
  if (!running || !frame || frame.epoch === 0 || frame.run !== running.experiment.run) return null;
  return `${frame.run} ${frame.epoch} ${frame.loss.train} ${frame.loss.test}`;
}

/**
 * @param {object} options
 * @param {Translate} options.t
 * @param {Catalog} options.catalog
 * @param {() => Running | null} options.running
 * @param {() => MapState | null} options.map
 * @param {(data: boolean) => Promise<SavedEvent>} options.keep asks for the file, with its points or without
 * @param {Kept} options.kept
 * @param {() => void} options.onFull The browser has no more room.
 */
export function createAutosave({ t, catalog, running, map, keep, kept, onFull }) {
  let mark = /** @type {string | null} */ (null);
  let at = performance.now();
  let size = 0;
  let told = false;
  /** @type {Promise<void> | null} */
  let under = null;

  async function write() {
    const now = running();
    const next = markOf(now);
    if (!now || !next || next === mark) return;
    const { spec, run } = now.experiment;
    at = performance.now();
    try {
      const saved = await keep(false);
      if (saved.run !== run) return; // it has become another experiment meanwhile
      const title = titleOf(spec, saved.epoch, { t, catalog });
      const card = { key: `${visit()}-${run}`, time: Date.now(), title };
      await kept.keep({ ...card, picture: drawSmallMap(map()) }, saved.text);
      [mark, size] = [next, saved.text.length];
    } catch (error) {
      // Elsewhere that nothing can be kept is said to those who ask for it.
      if (told || /** @type {Error} */ (error).name !== "QuotaExceededError") return;
      told = true;
      onFull();
    }
  }

  const save = () => (under ??= write().finally(() => (under = null)));

  function look() {
    const now = running();
    const next = markOf(now);
    const changed = next !== null && next !== mark;
    const since = performance.now() - at;
    if (now && isDue({ changed, playing: now.playing, since, size })) whenIdle(save);
  }

  return {
    start: () => void setInterval(look, LOOK_MS),
    /** Keeps what is there; resolved in any case. */
    save,
  };
}

/** @param {() => void} run */
function whenIdle(run) {
  if ("requestIdleCallback" in window) requestIdleCallback(run, { timeout: LOOK_MS });
  else setTimeout(run, 0);
}
