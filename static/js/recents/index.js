/**
 * Recent experiments: what this browser keeps by itself, and their dialog.
 *
 * @import {SavedEvent} from "#protocol"
 * @import {Translate} from "../i18n.js"
 * @import {MapState} from "../pictures/map-picture.js"
 * @import {Catalog} from "../schema.js"
 * @import {Running} from "./autosave.js"
 */

import texts from "../../i18n/en.recents.json" with { type: "json" };
import { createRecentDialog } from "../dialogs/recent.js";
import { createAutosave } from "./autosave.js";
import { createKept } from "./kept.js";

/**
 * @param {object} options
 * @param {Translate} options.t
 * @param {Catalog} options.catalog
 * @param {() => Running | null} options.running
 * @param {() => MapState | null} options.map
 * @param {(data: boolean) => Promise<SavedEvent>} options.keep
 * @param {(text: string) => void} options.onOpen A file is to be gone on with.
 * @param {(text: string, kind?: "error") => void} options.tell
 */
export function createRecents({ t, catalog, running, map, keep, onOpen, tell }) {
  t.add(texts);
  const kept = createKept();
  const onFull = () => tell(t("recents.full"), "error");
  const autosave = createAutosave({ t, catalog, running, map, keep, kept, onFull });
  const dialog = createRecentDialog({
    t,
    kept,
    onOpen: async (text) => {
      await autosave.save(); // what is there now is not lost
      onOpen(text);
    },
  });

  return {
    start: autosave.start,
    save: autosave.save,
    async open() {
      await autosave.save();
      await dialog.open();
    },
  };
}
