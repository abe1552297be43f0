/**
 * The dialog in which a table becomes the data of the experiment: where it comes from, then which columns
 * are used. A worker reads it; here is only what is shown of it.
 *
 * @import {Translate} from "../i18n.js"
 * @import {Given, Overview} from "../import/reader.js"
 * @import {Choice, Selection} from "../import/selection.js"
 * @import {Example} from "./import-start.js"
 *
 * @typedef {object} Source
 * @property {Blob} blob
 * @property {string} name
 * @property {string} origin what is said of where the data come from
 * @property {boolean} [isText] it was pasted
 * @property {Example} [example]
 *
 * @typedef {object} ImportDialogOptions
 * @property {Translate} t
 * @property {string} worker its address
 * @property {(changes: Record<string, any>, told: string) => void} onUse
 */

import css from "../../css/late/import.css";
import texts from "../../i18n/en.import.json" with { type: "json" };
import { h } from "../dom.js";
import { toChanges } from "../import/dataset.js";
import { Refusal } from "../import/refusal.js";
import { createRemoteReader } from "../import/remote-reader.js";
import { addStyles } from "../late.js";
import { createDialog } from "./dialog.js";
import { createStart, EXAMPLES, titleOf } from "./import-start.js";
import { createTableView } from "./import-table.js";

addStyles(css);

/** @param {ImportDialogOptions} options */
export function createImportDialog({ t, worker, onUse }) {
  t.add(texts);
  const reader = createRemoteReader(worker);

  /** @type {Source | null} */
  let source = null;
  /** @type {Given} */
  let given = {};
  /** @type {Overview | null} */
  let overview = null;
  /** @type {Choice} */
  let choice = { x1: 0, x2: 0, target: 0, as: null, others: null };
  /** @type {Selection | null} */
  let selection = null;
  let asked = 0;

  const start = createStart({
    t,
    onFile: takeFile,
    onText: takeText,
    onExample: takeExample,
  });
  const table = createTableView({
    t,
    onColumns: (changes) => {
      choice = { ...choice, ...changes };
      choose();
    },
    onReading: (changes) => source && read(source, { ...given, ...changes }),
  });
  const bar = h("progress", { class: "import-progress", max: 1, value: 0 });
  const reading = h("p", { class: "import-note" });
  const progress = h(
    "div",
    { class: "import-busy", hidden: true },
    h("div", {}, reading, bar),
    button("stop", () => reader.cancel()),
  );
  const trouble = h("div", { class: "import-trouble", role: "alert" });
  const back = button("other", turn, "is-apart");
  const use = button("use_none", finish, "button-primary");
  const foot = h(
    "div",
    { class: "dialog-foot" },
    back,
    button("cancel", () => dialog.close(), "import-cancel"),
    use,
  );
  const body = h(
    "div",
    { class: "dialog-body import-body" },
    trouble,
    progress,
    start.element,
    table.element,
  );
  const content = h("div", { class: "dialog-form" }, body, foot);
  const dialog = createDialog({
    t,
    name: "import-dialog",
    content,
    onClose: () => reader.cancel(),
  });
  const hold = (/** @type {DragEvent} */ event, /** @type {boolean} */ held) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    dialog.element.classList.toggle("is-held", held);
  };
  dialog.element.addEventListener("dragover", (event) => hold(event, true));
  dialog.element.addEventListener("dragleave", (event) => hold(event, false));
  dialog.element.addEventListener("drop", (event) => {
    hold(event, false);
    const file = event.dataTransfer?.files[0];
    if (file) takeFile(file);
  });

  /** @param {string} key @param {() => void} onclick @param {string} [name] */
  function button(key, onclick, name = "") {
    return h("button", { type: "button", class: `button ${name}`, onclick }, t(`import.${key}`));
  }

  // --- where the data come from -------------------------------------------------------------------

  /** @param {File} file */
  function takeFile(file) {
    take({ blob: file, name: file.name, origin: file.name });
  }

  /** @param {string} text */
  function takeText(text) {
    const name = t("import.pasted");
    take({ blob: new Blob([text]), name, origin: name, isText: true });
  }

  /** @param {Example} example */
  async function takeExample(example) {
    try {
      const response = await fetch(EXAMPLES + example.file);
      if (!response.ok) throw new Error(`Got ${response.status} for ${example.file}.`);
      const name = titleOf(t, example);
      const origin = `${name}. ${example.source}`;
      await take({ blob: await response.blob(), name, origin, example });
    } catch (error) {
      say(error);
    }
  }

  /** @param {Source} wanted */
  const take = (wanted) => read(wanted, {});

  /**
   * What was there stays until the new table has been read.
   *
   * @param {Source} wanted
   * @param {Given} wantedGiven
   */
  async function read(wanted, wantedGiven) {
    const isNew = wanted !== source;
    const id = ++asked;
    say(null);
    reading.textContent = t("import.reading", { name: wanted.name });
    bar.removeAttribute("value");
    const show = setTimeout(() => (progress.hidden = false), 150);
    try {
      const result = await reader.read(wanted.blob, wantedGiven, (share) => (bar.value = share));
      if (id !== asked) return;
      [source, given] = [wanted, wantedGiven];
      const changed = overview?.columns.length !== result.columns.length;
      overview = result;
      if (isNew || changed) {
        choice = { ...rolesOf(wanted.example, result), as: null, others: null };
      }
      await choose();
      if (isNew) showTable();
    } catch (error) {
      if (id !== asked) return;
      say(error);
      if (overview && source === wanted) showSelection(); // back to what is so
    } finally {
      clearTimeout(show);
      if (id === asked) progress.hidden = true;
    }
  }

  /** @param {Example | undefined} example @param {Overview} found */
  function rolesOf(example, { columns, roles }) {
    const at = (/** @type {string | undefined} */ name, /** @type {number} */ other) => {
      const index = columns.findIndex((column) => column.name === name);
      return index < 0 ? other : index;
    };
    return {
      x1: at(example?.x1, roles.x1),
      x2: at(example?.x2, roles.x2),
      target: at(example?.target, roles.target),
    };
  }

  async function choose() {
    const wanted = choice;
    const found = await reader.choose(wanted);
    if (wanted !== choice) return;
    selection = found;
    showSelection();
  }

  // --- what is shown ------------------------------------------------------------------------------

  function showSelection() {
    if (!source || !overview) return;
    say(selection?.refusal ? new Refusal(selection.refusal.code, selection.refusal.values) : null);
    table.update({ source, overview, choice, selection });
    const points = selection?.target.length ?? 0;
    const ready = selection !== null && selection.refusal === null;
    use.disabled = !ready;
    use.textContent = ready ? t("import.use", { count: points }) : t("import.use_none");
  }

  /** @param {boolean} focus */
  function showStart(focus) {
    say(null);
    start.element.hidden = false;
    table.element.hidden = true;
    use.hidden = true;
    back.hidden = !source;
    back.textContent = source ? t("import.back", { name: source.name }) : "";
    body.scrollTop = 0;
    if (focus) start.focus();
  }

  function turn() {
    if (table.element.hidden) showTable();
    else showStart(true);
  }

  function showTable() {
    start.element.hidden = true;
    table.element.hidden = false;
    use.hidden = false;
    back.hidden = false;
    back.textContent = t("import.other");
    body.scrollTop = 0;
    showSelection();
    table.focus();
  }

  /** @param {unknown} error */
  function say(error) {
    const cancelled = error instanceof Refusal && error.code === "cancelled";
    trouble.hidden = error === null || cancelled;
    if (error instanceof Refusal && !cancelled) {
      trouble.textContent = t(`import.refusal.${error.code}`, {
        ...error.values,
        count: error.values.got,
      });
    } else if (error && !cancelled) {
      console.error(error);
      trouble.textContent = t("import.failed", { message: `${error}` });
    }
  }

  function finish() {
    if (!source || !overview || !selection || selection.refusal) return;
    const changes = toChanges(selection, choice, overview.columns, source.origin);
    const told = table.tell({ source, overview, choice, selection });
    dialog.close();
    onUse(changes, told);
  }

  return {
    /** With what is there, or with the question where the data are. */
    open() {
      dialog.open(t("import.title"));
      start.open();
      if (source) showTable();
      else showStart(true);
    },

    /** With data that were dropped or pasted. @param {File | string} data */
    openWith(data) {
      dialog.open(t("import.title"));
      start.open();
      if (table.element.hidden || !source) showStart(false);
      if (typeof data === "string") takeText(data);
      else takeFile(data);
    },
  };
}
