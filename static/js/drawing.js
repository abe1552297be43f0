import { createLate } from "./late.js";

/** @import {Commands} from "./commands.js" */
/** @import {Translate} from "./i18n.js" */
/** @import {Points} from "./protocol.js" */
/** @import {State} from "./state.js" */
/** @import {Store} from "./store.js" */

/**
 * Drawing points on the map: what it takes is fetched when it is first wanted.
 *
 * @param {{t: Translate, store: Store<State>, commands: Commands, place: HTMLElement, plot: HTMLElement,
 *   points: () => Points | null, onChange: () => void, onToggle: (on: boolean) => void,
 *   onFailure: () => void}} options `points`: those of the experiment as it is, once they are there.
 */
export function createDrawing(options) {
  const { t, store, commands, place, plot, points, onChange, onToggle, onFailure } = options;
  let on = false;

  const late = createLate(async () => {
    const { createDraw } = await import("./late-parts.js");
    return createDraw({
      plot,
      place,
      t,
      onStroke: commands.draw,
      onChange,
      onDone: toggle,
      now: () => {
        const { experiment, pending } = store.value;
        if (!experiment) return null;
        const { spec, run, outputs } = experiment;
        return { spec, run, outputs, points: points(), isAnswered: !pending.length };
      },
    });
  }, onFailure);

  function toggle() {
    on = !on;
    onToggle(on);
    late.use((part) => part.toggle(on));
  }

  return {
    toggle,
    /** What the map shows while points are drawn. @returns {Points | null} */
    get points() {
      return late.now?.points ?? null;
    },
    follow: () => late.now?.follow(),
    /** The server wants none of it: back to what it has. */
    refused: () => late.now?.follow(true),
    theme: () => late.now?.theme(),
  };
}
