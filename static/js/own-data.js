/**
 * One's own data: the ways to the import dialog, which is fetched when it is first opened. A file may be
 * dropped anywhere on the page, and a table pasted.
 */

import { createLate } from "./late.js";

/** @import {Commands} from "./commands.js" */
/** @import {DropHandler} from "./drop.js" */
/** @import {Translate} from "./i18n.js" */

const TYPING = "input, textarea, select, [contenteditable]";
const TABLE = /[\t,;|].*\n/;
const TABLE_FILE = /\.(csv|tsv|tab|txt|dat)$/i;

/**
 * @param {{t: Translate, commands: Commands, worker: string, isHidden: () => boolean,
 *   onUse: (told: string) => void, onFailure: () => void}} options `isHidden`: a link has hidden the data
 *   sets.
 */
export function createOwnData({ t, commands, worker, isHidden, onUse, onFailure }) {
  const dialog = createLate(async () => {
    const { createImportDialog } = await import("./late-parts.js");
    return createImportDialog({
      t,
      worker,
      onUse: (changes, told) => {
        commands.configure(changes);
        onUse(told);
      },
    });
  }, onFailure);
  const openWith = (/** @type {File | string} */ data) => dialog.use((part) => part.openWith(data));

  document.addEventListener("paste", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const other = document.querySelector("dialog[open]:not(.import-dialog)");
    if (target?.closest(TYPING) || other || isHidden()) return;
    const file = event.clipboardData?.files[0];
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (TABLE.test(text)) openWith(text);
    else if (file && TABLE_FILE.test(file.name)) openWith(file);
    else return;
    event.preventDefault();
  });

  /** It comes last and takes what nobody else does: it can say what is wrong with a file. @type {DropHandler} */
  const drop = { takes: () => !isHidden(), open: openWith };

  return { drop, open: () => dialog.use((part) => part.open()) };
}
