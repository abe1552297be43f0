import { createAnswers } from "./answers.js";
import { createLate } from "./late.js";

/** @import {ErrorEvent, ExportEvent, ExperimentEvent, SavedEvent} from "#protocol" */
/** @import {Commands} from "./commands.js" */
/** @import {Translate} from "./i18n.js" */
/** @import {Sources} from "./pictures/index.js" */
/** @import {Catalog} from "./schema.js" */

/**
 * What the button "File" leads to, all of it fetched when it is first wanted.
 *
 * @param {object} options
 * @param {Translate} options.t
 * @param {Catalog} options.catalog
 * @param {Commands} options.commands
 * @param {Sources} options.sources What the views show.
 * @param {() => ExperimentEvent | null} options.experiment
 * @param {(text: string, kind?: "error") => void} options.tell
 * @param {() => void} options.onFailure A part could not be fetched.
 */
export function createFiles({ t, catalog, commands, sources, experiment, tell, onFailure }) {
  const answers = createAnswers({ timeout: t("notices.no_answer") });
  const part = createLate(async () => {
    const { createFileActions } = await import("./file-actions.js");
    /** @param {string} exporter @returns {Promise<ExportEvent>} */
    const ask = (exporter) => answers.wait(commands.perform({ type: "export", exporter }));
    /** @returns {Promise<SavedEvent>} */
    const keep = () => answers.wait(commands.perform({ type: "save" }));
    return createFileActions({ t, catalog, commands, ask, keep, sources, experiment, tell });
  }, onFailure);

  return {
    /** @param {HTMLButtonElement} button */
    open: (button) => part.use((actions) => actions.menu(button)),
    /** A file that was dropped on the page or chosen. @param {File} file */
    load: (file) => part.use((actions) => actions.load(file)),
    answer: answers.answer,
    /** @param {ErrorEvent} error @returns {boolean} Whether somebody has been told of it. */
    refuse: ({ id, message }) => answers.refuse(id, message),
  };
}
