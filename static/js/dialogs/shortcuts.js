/** The list of all keys. */

import css from "../../css/late/shortcuts.css";
import texts from "../../i18n/en.shortcuts.json" with { type: "json" };
import { h } from "../dom.js";
import { addStyles } from "../late.js";
import { scrollsByKeyboard } from "../scroll-box.js";
import { recall, remember } from "../memory.js";
import { keyCaps, KEYS, MAP_KEYS, NETWORK_KEYS, SHORTCUTS } from "../shortcuts.js";
import { createDialog } from "./dialog.js";

/** @import {Translate} from "../i18n.js" */

addStyles(css);

/** @param {{t: Translate}} options */
export function createShortcutsDialog({ t }) {
  t.add(texts);

  const caps = (/** @type {string} */ keys) =>
    keyCaps(keys, (name) => t(`shortcuts.keys.${name}`)).map((cap) => h("kbd", {}, cap));

  /** @param {{run: string, keys: string[]}} shortcut */
  const row = ({ run, keys }) => {
    const or = () => h("span", { class: "shortcut-or" }, t("shortcuts.or"));
    const isPlain = keys.every((one) => !one.includes("+"));
    const all = keys.flatMap((one, i) => [
      ...(i > 0 && !isPlain ? [or()] : []),
      h("span", { class: "shortcut-keys" }, ...caps(one)),
    ]);
    return h(
      "div",
      { class: "shortcut", "data-run": run },
      h("dt", {}, t(`shortcuts.runs.${run}`)),
      h("dd", {}, ...all),
    );
  };
  /** @param {string} title @param {{run: string, keys: string[]}[]} list */
  const group = (title, list) =>
    h(
      "section",
      {},
      h("h3", { class: "dialog-subtitle" }, title),
      h("dl", { class: "shortcuts" }, ...list.map(row)),
    );

  const letters = h("input", {
    type: "checkbox",
    class: "check",
    onchange: () => remember(KEYS, { letters: letters.checked }),
  });
  letters.checked = recall(KEYS).letters !== false;
  const body = h(
    "div",
    { class: "dialog-body" },
    group(t("shortcuts.page"), SHORTCUTS),
    group(t("shortcuts.network"), NETWORK_KEYS),
    group(t("shortcuts.map"), MAP_KEYS),
    h("p", { class: "shortcut-note" }, t("shortcuts.note")),
    h("label", { class: "shortcut-letters" }, letters, t("shortcuts.letters")),
  );
  scrollsByKeyboard(body, t("shortcuts.title"));
  const dialog = createDialog({ t, name: "shortcuts-dialog", content: body });
  return { open: () => dialog.open(t("shortcuts.title")) };
}
