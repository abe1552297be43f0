/** What can be done with files: the menu, the dialogs behind it, and what leaves or enters by them. */

import texts from "../i18n/en.takeaway.json" with { type: "json" };
import { createExportDialog } from "./dialogs/export.js";
import { h } from "./dom.js";
import { download } from "./download.js";
import { formatFixed } from "./format.js";
import { pieces } from "./pieces.js";
import { draw, pngFile, SUBJECTS, svgFile } from "./pictures/index.js";
import { createReport } from "./report.js";
import { createFileMenu } from "./views/file-menu.js";

/** @import {ExportableEvent, ExportEvent, ExperimentEvent, SavedEvent} from "#protocol" */
/** @import {Commands} from "./commands.js" */
/** @import {Translate} from "./i18n.js" */
/** @import {Sources, Subject} from "./pictures/index.js" */
/** @import {Catalog} from "./schema.js" */

const MOST_MEGABYTES = 4;

/**
 * @param {object} options
 * @param {Translate} options.t
 * @param {Catalog} options.catalog
 * @param {Commands} options.commands
 * @param {(exporter: string) => Promise<ExportEvent>} options.ask
 * @param {() => Promise<ExportableEvent>} options.askWhether
 * @param {(data: boolean) => Promise<SavedEvent>} options.keep
 * @param {Sources} options.sources
 * @param {(on: boolean) => void} options.toPaper
 * @param {() => ExperimentEvent | null} options.experiment
 * @param {(listener: () => void) => () => void} options.onExperiment
 * @param {(text: string, kind?: "error") => void} options.tell
 * @param {() => void} options.onRecent
 * @param {() => Promise<void>} options.beforeLoad keeps what is there
 */
export function createFileActions(options) {
  const { t, catalog, commands, ask, askWhether, keep, sources, experiment, tell } = options;
  const { toPaper, onExperiment, onRecent, beforeLoad } = options;
  t.add(texts);
  const report = createReport({ t, catalog, sources, toPaper, experiment, ask });
  const picker = h("input", { type: "file", accept: ".json,application/json", hidden: true });
  picker.addEventListener("change", () => {
    const file = picker.files?.[0];
    picker.value = ""; // so that the same can be chosen again
    if (file) load(file);
  });
  document.body.append(picker);
  /** @type {ReturnType<typeof createFileMenu> | null} */
  let menu = null;
  /** @type {ReturnType<typeof createExportDialog> | null} */
  let exporting = null;

  /** @param {string} exporter @returns {Promise<string>} */
  async function exportAs(exporter) {
    const { files } = await ask(exporter);
    const [first] = files;
    if (files.length === 1) {
      download(new Blob([bytesOf(first)], { type: first.media_type }), first.name);
      return first.name;
    }
    const { zipSync } = await import("fflate");
    const zip = zipSync(Object.fromEntries(files.map((file) => [file.name, bytesOf(file)])));
    const name = `${first.name.replace(/\.\w+$/, "")}.zip`;
    download(new Blob([zip], { type: "application/zip" }), name);
    return name;
  }

  /** @type {(subject: Subject, format: "svg" | "png") => Promise<string>} */
  async function takePicture(subject, format) {
    const svg = draw(subject, sources, t);
    if (!svg) throw new Error(t("export.nothing_yet"));
    const name = `${subject}.${format}`;
    download(format === "svg" ? svgFile(svg) : await pngFile(svg), name);
    return name;
  }

  async function save() {
    try {
      const { text, epoch } = await keep(true);
      const dataset = /** @type {{kind: string} | undefined} */ (experiment()?.spec.dataset);
      const name = `${dataset?.kind ?? "run"}-${epoch}.json`;
      download(new Blob([text], { type: "application/json" }), name);
      tell(t("files.saved", { name }));
    } catch (error) {
      tell(t("files.failed", { reason: /** @type {Error} */ (error).message }), "error");
    }
  }

  /** @param {File} file */
  async function load(file) {
    const size = file.size / 1e6;
    if (size > MOST_MEGABYTES) {
      const values = { name: file.name, size: formatFixed(size, 1), most: MOST_MEGABYTES };
      tell(t("files.too_large", values), "error");
      return;
    }
    try {
      const text = await file.text();
      await beforeLoad();
      loadText(text);
    } catch {
      tell(t("files.unreadable", { name: file.name }), "error");
    }
  }

  /** Goes on with a saved run. @param {string} file */
  function loadText(file) {
    const parts = pieces(file);
    for (const [part, text] of parts.entries()) {
      commands.perform({ type: "load", text, part, parts: parts.length });
    }
  }

  return {
    load,
    loadText,
    report: () => report.open(),
    /** @param {HTMLButtonElement} button @param {"first" | "last"} focus */
    menu(button, focus) {
      if (menu) return; // from now on the button opens it by itself
      menu = createFileMenu(button, {
        t,
        items: [
          ["open", () => picker.click()],
          ["save", save],
          ["recent", onRecent],
          [
            "export",
            () => {
              exporting ??= createExportDialog({
                t,
                exporters: catalog.exporters,
                subjects: SUBJECTS,
                ask: askWhether,
                onExperiment,
                isEmpty: (subject) => sources[subject]() === null,
                onExport: ({ kind }) => exportAs(kind),
                onPicture: takePicture,
              });
              exporting.open();
            },
          ],
          ["report", () => report.open()],
        ],
      });
      menu.open(focus);
    },
  };
}

/** @param {ExportEvent["files"][number]} file */
const bytesOf = ({ text, base64 }) =>
  text === null
    ? Uint8Array.from(atob(base64 ?? ""), (sign) => sign.charCodeAt(0))
    : new TextEncoder().encode(text);
