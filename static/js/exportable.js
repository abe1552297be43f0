/** @import {ExportableEvent} from "#protocol" */

/**
 * Keeps what is shown of the exporters true: the server says which of them cannot express the experiment.
 *
 * @param {object} options
 * @param {() => Promise<ExportableEvent>} options.ask
 * @param {(lacks: Record<string, string>) => void} options.show Is given the reasons, by the exporter's kind.
 * @returns {() => Promise<void>} Asks; to be called whenever the experiment is another.
 */
export function createExportable({ ask, show }) {
  let asked = 0;
  return async () => {
    const number = ++asked;
    /** @type {Record<string, string>} */
    let lacks = {};
    try {
      ({ lacks } = await ask());
    } catch {
      // Nothing is barred without a reason: a click is told why it cannot be.
    }
    if (number === asked) show(lacks); // else the experiment is another already
  };
}
