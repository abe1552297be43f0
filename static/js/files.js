import { createAnswers } from "./answers.js";
import { asSentence } from "./format.js";
import { createLate } from "./late.js";

/** @import {ErrorEvent, ExportableEvent, ExportEvent, ExperimentEvent, SavedEvent} from "#protocol" */
/** @import {Commands} from "./commands.js" */
/** @import {Translate} from "./i18n.js" */
/** @import {Sources} from "./pictures/index.js" */
/** @import {Running} from "./recents/autosave.js" */
/** @import {Catalog} from "./schema.js" */

/**
 * What the button "File" leads to, all of it fetched when it is first wanted.
 *
 * @param {object} options
 * @param {Translate} options.t
 * @param {Catalog} options.catalog
 * @param {Commands} options.commands
 * @param {Sources} options.sources What the views show.
 * @param {(on: boolean) => void} options.toPaper Shows all as on paper.
 * @param {() => ExperimentEvent | null} options.experiment
 * @param {(listener: () => void) => () => void} options.onExperiment Calls it now and whenever the experiment is
 *   another, until the function that it gives is called.
 * @param {(text: string, kind?: "error") => void} options.tell
 * @param {() => Running | null} options.running
 * @param {() => void} options.onFailure A part could not be fetched.
 */
export function createFiles({
  t,
  catalog,
  commands,
  sources,
  toPaper,
  experiment,
  onExperiment,
  running,
  tell,
  onFailure,
}) {
  const answers = createAnswers({ timeout: t("notices.no_answer") });
  const part = createLate(async () => {
    const { createFileActions } = await import("./late-parts.js");
    /** @param {string} exporter @returns {Promise<ExportEvent>} */
    const ask = (exporter) => answers.wait(commands.perform({ type: "export", exporter }));
    /** @returns {Promise<ExportableEvent>} */
    const askWhether = () => answers.wait(commands.perform({ type: "try_export" }));
    return createFileActions({
      t,
      catalog,
      commands,
      ask,
      askWhether,
      keep,
      sources,
      toPaper,
      experiment,
      onExperiment,
      tell,
      onRecent: () => recents.use((part) => part.open()),
      beforeLoad: async () => recents.now?.save(),
    });
  }, onFailure);
  const recents = createLate(async () => {
    const { createRecents } = await import("./late-parts.js");
    const onOpen = (/** @type {string} */ text) => part.use((actions) => actions.loadText(text));
    return createRecents({ t, catalog, running, map: sources.map, keep, onOpen, tell });
  }, onFailure);
  let keeping = false;

  /** @param {boolean} data whether the file is to have its points @returns {Promise<SavedEvent>} */
  function keep(data) {
    return answers.wait(commands.perform({ type: "save", data }));
  }

  return {
    /** @param {HTMLButtonElement} button @param {"first" | "last"} focus */
    open: (button, focus) => part.use((actions) => actions.menu(button, focus)),
    /** A file that was dropped on the page or chosen. @param {File} file */
    load: (file) => part.use((actions) => actions.load(file)),
    /** Prints the experiment on one sheet. */
    report: () => part.use((actions) => actions.report()),
    /** Training has begun: from now on there is something that this browser can keep. */
    keep() {
      if (keeping) return;
      keeping = true;
      recents.use((part) => part.start());
    },
    answer: answers.answer,
    /** @param {ErrorEvent} error @returns {boolean} Whether somebody has been told of it. */
    refuse: ({ id, message }) => answers.refuse(id, asSentence(message)),
  };
}
