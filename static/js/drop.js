/**
 * Files that are dragged onto the page, shared by all who open files: the first handler that takes a
 * file opens it. While files hover over the page it says that they may be dropped.
 */

import { h } from "./dom.js";

/** @import {Translate} from "./i18n.js" */

/**
 * @typedef {object} DropHandler
 * @property {(file: {name: string, type: string}) => boolean} takes By name and type: what is in it is
 *   not read yet.
 * @property {(file: File) => void} open
 */

/**
 * @param {{name: string, type: string}[]} files
 * @param {DropHandler[]} handlers
 * @returns {DropHandler | "several" | "unknown" | "none"} Who opens them, or why nobody does.
 */
export function handlerFor(files, handlers) {
  if (!files.length) return "none";
  if (files.length > 1) return "several";
  return handlers.find((handler) => handler.takes(files[0])) ?? "unknown";
}

/**
 * Whether a file's name ends, or its type is, as given; browsers know the type of few files.
 *
 * @param {string[]} endings such as `.json`
 * @param {string[]} types such as `application/json`
 * @returns {DropHandler["takes"]}
 */
export const named =
  (endings, types) =>
  ({ name, type }) =>
    endings.some((ending) => name.toLowerCase().endsWith(ending)) || types.includes(type);

/**
 * @param {Document | HTMLElement} target
 * @param {DropHandler[]} handlers In order; a place of its own for files inside of the page (a dialog's)
 *   prevents the default of its events and is left alone.
 * @param {{t: Translate, onRefused: (text: string) => void}} options
 */
export function createDrop(target, handlers, { t, onRefused }) {
  const hint = h("div", { class: "drop-hint", hidden: true }, h("p", {}, t("drop.hint")));
  document.body.append(hint);

  /** @param {Event} event @param {(event: DragEvent, transfer: DataTransfer) => void} listener */
  function withFiles(event, listener) {
    const { dataTransfer } = /** @type {DragEvent} */ (event);
    const isOurs = !event.defaultPrevented && dataTransfer?.types.includes("Files");
    if (dataTransfer && isOurs) listener(/** @type {DragEvent} */ (event), dataTransfer);
    else hint.hidden = true;
  }

  target.addEventListener("dragover", (event) =>
    withFiles(event, (drag, transfer) => {
      drag.preventDefault();
      transfer.dropEffect = "copy";
      hint.hidden = false;
    }),
  );
  target.addEventListener("dragleave", (event) => {
    if (/** @type {DragEvent} */ (event).relatedTarget === null) hint.hidden = true;
  });
  target.addEventListener("drop", (event) =>
    withFiles(event, (drag, { files }) => {
      drag.preventDefault();
      hint.hidden = true;
      const handler = handlerFor([...files], handlers);
      if (typeof handler === "object") handler.open(files[0]);
      else onRefused(t(`drop.${handler}`, { name: files[0]?.name ?? "" }));
    }),
  );
}
