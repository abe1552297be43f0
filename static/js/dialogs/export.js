/** The dialog in which one chooses what to take away: scripts, tables and pictures. */

import css from "../../css/late/export.css";
import { h, setText } from "../dom.js";
import { addStyles } from "../late.js";
import { createDialog } from "./dialog.js";

/** @import {Translate} from "../i18n.js" */
/** @import {ExporterEntry} from "../schema.js" */
/** @import {Subject} from "../pictures/index.js" */

addStyles(css);

const FORMATS = /** @type {const} */ (["svg", "png"]);

/**
 * @param {object} options
 * @param {Translate} options.t
 * @param {ExporterEntry[]} options.exporters
 * @param {readonly Subject[]} options.subjects
 * @param {(exporter: ExporterEntry) => Promise<string>} options.onExport The name of what was downloaded.
 * @param {(subject: Subject, format: "svg" | "png") => Promise<string>} options.onPicture
 */
export function createExportDialog({ t, exporters, subjects, onExport, onPicture }) {
  const says = h("p", { class: "export-says", role: "status" });

  /** @type {(label: string, name: string, run: () => Promise<string>) => HTMLButtonElement} */
  const action = (label, name, run) => {
    const button = h("button", { type: "button", class: "button", "aria-label": name }, label);
    button.addEventListener("click", async () => {
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
  /** @type {(name: string, help: string, ...buttons: HTMLElement[]) => HTMLElement} */
  const row = (name, help, ...buttons) =>
    h(
      "li",
      { class: "export-row" },
      h("div", {}, h("h4", { class: "export-name" }, name), h("p", { class: "export-help" }, help)),
      h("div", { class: "export-buttons" }, ...buttons),
    );
  /** @type {(group: string, rows: HTMLElement[]) => HTMLElement[]} */
  const section = (group, rows) => [
    h("h3", { class: "export-group" }, t(`export.groups.${group}`)),
    h("ul", { class: "export-list" }, ...rows),
  ];
  const rowsOf = (/** @type {string} */ group) =>
    exporters
      .filter((entry) => entry.group === group)
      .map((entry) =>
        row(
          entry.label,
          entry.help,
          action(t("export.download_short"), t("export.download", { name: entry.label }), () =>
            onExport(entry),
          ),
        ),
      );
  const pictures = subjects.map((subject) => {
    const name = t(`export.${subject}_picture`);
    return row(
      name,
      t(`export.${subject}_help`),
      ...FORMATS.map((format) => {
        const label = format.toUpperCase();
        return action(label, t("export.picture", { name, format: label }), () =>
          onPicture(subject, format),
        );
      }),
    );
  });
  const content = h(
    "div",
    { class: "dialog-body" },
    ...section("network", rowsOf("network")),
    ...section("data", rowsOf("data")),
    ...section("pictures", pictures),
  );
  const dialog = createDialog({ t, name: "is-export", content });
  dialog.element.append(h("div", { class: "dialog-foot export-foot" }, says));

  return {
    open() {
      setText(says, "");
      dialog.open(t("export.title"));
    },
  };
}
