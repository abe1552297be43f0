/**
 * All that shows what happens inside the network, beside its drawing: the dock, the cards of the side
 * columns, and what the server measures for both.
 *
 * @import {DiagnosticEvent} from "#protocol"
 * @import {PanelModel, PanelOptions} from "./panels.js"
 * @import {Frame} from "./protocol.js"
 */

import { createDock } from "./dock.js";
import { createSideCards } from "./side-cards.js";
import { createWatches } from "./watches.js";

/**
 * @param {Record<"dock" | "network" | "data" | "output", HTMLElement>} places
 * @param {Pick<PanelOptions, "t" | "catalog" | "send" | "border"> &
 *   {watch: (diagnostics: object[]) => void}} options
 */
export function createInsides(places, { watch, ...options }) {
  /** @type {Map<string, DiagnosticEvent>} */
  const latest = new Map();
  let run = NaN;
  const watches = createWatches(watch, (event) => {
    dock.diagnostic(event);
    cards.diagnostic(event);
  });
  const { network } = places;
  const dock = createDock(places.dock, { ...options, network, watch: watches.of("dock") });
  const cards = createSideCards(places, { ...options, watch: watches.of("cards") });

  return {
    /** A new connection watches nothing. */
    connected() {
      watches.connected();
      dock.connected();
    },
    experiment(/** @type {PanelModel} */ model) {
      if (model.experiment.run !== run) latest.clear();
      run = model.experiment.run;
      dock.experiment(model);
      cards.experiment(model);
    },
    diagnostic(/** @type {DiagnosticEvent} */ event) {
      if (event.run === run) latest.set(String(event.diagnostic.kind), event);
      watches.event(event);
    },

    /** What a diagnostic said last of this run. @param {string} kind */
    measured: (kind) => latest.get(kind) ?? null,
    /** Opens a panel of the dock. */
    select: dock.select,
    makeRoom: dock.makeRoom,
    frame: (/** @type {Frame} */ frame) => dock.frame(frame),
    theme() {
      dock.theme();
      cards.theme();
    },
    resize: dock.resize,
  };
}
