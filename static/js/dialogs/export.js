/** The dialog in which one chooses what to take away: scripts, tables and pictures. */

import css from "../../css/late/export.css";
import { h, setText, uniqueId } from "../dom.js";
import { createExportable } from "../exportable.js";
import { asSentence } from "../format.js";
import { addStyles } from "../late.js";
import { createDialog } from "./dialog.js";

/** @import {ExportableEvent} from "#protocol" */
/** @import {Translate} from "../i18n.js" */
/** @import {ExporterEntry} from "../schema.js" */
/** @import {Subject} from "../pictures/index.js" */

addStyles(css);

const FORMATS = /** @type {const} */ (["svg", "png"]);

/** How often it is looked whether there is something to draw while the dialog is open: training goes on behind it. */
const LOOK_MS = 300;

/**
 * @param {object} options
 * @param {Translate} options.t
 * @param {ExporterEntry[]} options.exporters
 * @param {readonly Subject[]} options.subjects
 * @param {() => Promise<ExportableEvent>} options.ask What the exporters cannot express as it is now.
 * @param {(listener: () => void) => () => void} options.onExperiment Calls it now and whenever the experiment is
 *   another, until the function that it gives is called.
 * @param {(subject: Subject) => boolean} options.isEmpty Whether there is nothing to be seen of it yet.
 * @param {(exporter: ExporterEntry) => Promise<string>} options.onExport The name of what was downloaded.
 * @param {(subject: Subject, format: "svg" | "png") => Promise<string>} options.onPicture
 */
export function createExportDialog(options) {
  const { t, exporters, subjects, ask, onExperiment, isEmpty, onExport, onPicture } = options;
  const says = h("p", { class: "export-says", role: "status" });
  /** Say of a choice why it is not possible, or that it is. @type {Map<string, (reason?: string) => void>} */
  const marks = new Map();
  /** Mark the pictures. @type {(() => void)[]} */
  const looks = [];
  const refresh = createExportable({
    ask,
    show(lacks) {
      for (const [kind, mark] of marks) mark(lacks[kind]);
    },
  });

  /** @type {(label: string, name: string, run: () => Promise<string>) => HTMLButtonElement} */
  const action = (label, name, run) => {
    const button = h("button", { type: "button", class: "button", "aria-label": name }, label);
    button.addEventListener("click", async () => {
      // It stays in reach of the keyboard, so that its reason does.
      if (button.hasAttribute("aria-disabled")) return;
      button.disabled = true;
      says.classList.remove("is-error");
      setText(says, t("export.preparing"));
      try {
        setText(says, t("export.done", { name: await run() }));
      } catch (error) {
        says.classList.add("is-error");
        setText(says, /** @type {Error} */ (error).message);
      }
      button.disabled = false;
      button.focus();
    });
    return button;
  };
  /** @type {(name: string, help: string, buttons: HTMLElement[], why?: HTMLElement) => HTMLElement} */
  const row = (name, help, buttons, why) =>
    h(
      "li",
      { class: "export-row" },
      h(
        "div",
        {},
        h("h4", { class: "export-name" }, name),
        h("p", { class: "export-help" }, help),
        why,
      ),
      h("div", { class: "export-buttons" }, ...buttons),
    );
  /** A line that says of some buttons why they cannot be used, and marks them. @param {HTMLElement[]} buttons */
  function createBar(buttons) {
    const why = h("p", { class: "export-why", id: uniqueId("export-why"), hidden: true });
    const marked = { "aria-disabled": "true", "aria-describedby": why.id };
    return {
      why,
      /** @param {string} reason empty if they can be used */
      mark(reason) {
        setText(why, reason);
        why.hidden = !reason;
        for (const button of buttons)
          for (const [name, value] of Object.entries(marked)) {
            if (reason) button.setAttribute(name, value);
            else button.removeAttribute(name);
          }
      },
    };
  }
  /** @param {ExporterEntry} entry */
  function exporterRow(entry) {
    const { kind, label, help } = entry;
    const button = action(t("export.download_short"), t("export.download", { name: label }), () =>
      onExport(entry),
    );
    const { why, mark } = createBar([button]);
    marks.set(kind, (reason) => {
      mark(reason ? t("export.not_possible", { reason: asSentence(reason) }) : "");
    });
    return row(label, help, [button], why);
  }
  /** @type {(group: string, rows: HTMLElement[]) => HTMLElement[]} */
  const section = (group, rows) => [
    h("h3", { class: "export-group" }, t(`export.groups.${group}`)),
    h("ul", { class: "export-list" }, ...rows),
  ];
  const rowsOf = (/** @type {string} */ group) =>
    exporters.filter((entry) => entry.group === group).map(exporterRow);
  const pictures = subjects.map((subject) => {
    const name = t(`export.${subject}_picture`);
    const buttons = FORMATS.map((format) => {
      const label = format.toUpperCase();
      return action(label, t("export.picture", { name, format: label }), () =>
        onPicture(subject, format),
      );
    });
    const { why, mark } = createBar(buttons);
    looks.push(() => mark(isEmpty(subject) ? t("export.nothing_yet") : ""));
    return row(name, t(`export.${subject}_help`), buttons, why);
  });
  const look = () => looks.forEach((run) => run());
  const content = h(
    "div",
    { class: "dialog-body" },
    ...section("network", rowsOf("network")),
    ...section("data", rowsOf("data")),
    ...section("pictures", pictures),
  );
  let unfollow = () => {};
  const dialog = createDialog({ t, name: "is-export", content, onClose: () => unfollow() });
  dialog.element.append(h("div", { class: "dialog-foot export-foot" }, says));

  return {
    open() {
      setText(says, "");
      says.classList.remove("is-error");
      unfollow();
      const followed = onExperiment(() => {
        look();
        refresh();
      });
      const timer = setInterval(look, LOOK_MS);
      unfollow = () => {
        followed();
        clearInterval(timer);
      };
      dialog.open(t("export.title"));
    },
  };
}
