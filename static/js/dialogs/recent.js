/** The dialog with the experiments that this browser keeps. */

import css from "../../css/late/recents.css";
import { h, icon, setTip } from "../dom.js";
import { addStyles } from "../late.js";
import { createDialog } from "./dialog.js";

/** @import {Translate} from "../i18n.js" */
/** @import {Card, Kept} from "../recents/kept.js" */

addStyles(css);

/** @param {{t: Translate, kept: Kept, onOpen: (text: string) => Promise<void>}} options */
export function createRecentDialog({ t, kept, onOpen }) {
  const list = h("ul", { class: "recent-list" });
  const note = h("p", { class: "recent-note", role: "status" });
  const clear = h(
    "button",
    { type: "button", class: "button is-apart", onclick: clearAll },
    t("recents.clear"),
  );
  const body = h("div", { class: "dialog-body recent-body", tabIndex: -1 }, note, list);
  const foot = h(
    "div",
    { class: "dialog-foot" },
    clear,
    h("span", { class: "recent-where" }, t("recents.stays_here")),
  );
  const content = h("div", { class: "recent-content" }, body, foot);
  const dialog = createDialog({ t, name: "recent-dialog", content, onClose: calm });
  const date = new Intl.DateTimeFormat(document.documentElement.lang, {
    dateStyle: "medium",
    timeStyle: "short",
  });
  let sure = false;

  function calm() {
    sure = false;
    clear.textContent = t("recents.clear");
  }

  async function clearAll() {
    if (!sure) {
      sure = true;
      clear.textContent = t("recents.clear_sure");
      return;
    }
    calm();
    await change(() => kept.clear());
  }

  /** @param {() => Promise<void>} make */
  async function change(make) {
    try {
      await make();
      await show();
    } catch (error) {
      fail(error);
    }
  }

  /** @param {unknown} error */
  function fail(error) {
    console.warn(error);
    note.textContent = t("recents.nowhere");
    list.replaceChildren();
    clear.hidden = true;
  }

  async function show() {
    const cards = await kept.list();
    note.textContent = cards.length ? "" : t("recents.none");
    clear.hidden = cards.length === 0;
    list.replaceChildren(...cards.map(item));
  }

  /** @param {Card} card */
  function item(card) {
    const { key, title, time, picture, pinned } = card;
    const open = h(
      "button",
      { type: "button", class: "recent-open", onclick: () => reopen(card) },
      h("img", { class: "recent-picture", src: picture, alt: "", width: 72, height: 72 }),
      h(
        "span",
        { class: "recent-words" },
        h("span", { class: "recent-title" }, title),
        h("span", { class: "recent-time" }, date.format(time)),
      ),
    );
    const pin = h(
      "button",
      {
        type: "button",
        class: "icon-button recent-pin",
        "aria-label": t("recents.pin", { title }),
        "aria-pressed": String(pinned),
        onclick: () => change(() => kept.pin(key, !pinned)).then(() => focusOn(key, "pin")),
      },
      icon("pin"),
    );
    pin.classList.toggle("is-active", pinned);
    setTip(pin, t("recents.tip_pin"));
    const remove = h(
      "button",
      {
        type: "button",
        class: "icon-button recent-remove",
        "aria-label": t("recents.remove", { title }),
        onclick: () => change(() => kept.remove([key])).then(() => body.focus()),
      },
      icon("close"),
    );
    return h("li", { class: "recent-item", "data-key": key }, open, pin, remove);
  }

  /** @param {string} key @param {string} part */
  function focusOn(key, part) {
    const found = list.querySelector(`[data-key="${CSS.escape(key)}"] .recent-${part}`);
    /** @type {HTMLElement | null} */ (found)?.focus();
  }

  /** @param {Card} card */
  async function reopen({ key }) {
    try {
      const text = await kept.file(key);
      if (text === undefined) {
        await show();
        note.textContent = t("recents.gone");
        return;
      }
      dialog.close();
      await onOpen(text);
    } catch (error) {
      fail(error);
    }
  }

  return {
    async open() {
      dialog.open(t("recents.title"));
      await show().catch(fail);
    },
  };
}
