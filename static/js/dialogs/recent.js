/** The dialog with the experiments that this browser keeps. */

import css from "../../css/late/recents.css";
import { h, icon, setTip } from "../dom.js";
import { addStyles } from "../late.js";
import { LONGEST_NAME, nameOf } from "../recents/kept.js";
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

  /** @param {() => Promise<unknown>} make */
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
    const { key, time, pinned } = card;
    const title = nameOf(card);
    const open = h(
      "button",
      { type: "button", class: "recent-open", onclick: () => reopen(card) },
      picture(card),
      h(
        "span",
        { class: "recent-words" },
        h("span", { class: "recent-title" }, title),
        card.name && h("span", { class: "recent-made" }, card.title),
        h("span", { class: "recent-time" }, date.format(time)),
      ),
    );
    const rename = h(
      "button",
      {
        type: "button",
        class: "icon-button recent-rename",
        "aria-label": t("recents.rename", { title }),
        onclick: () => edit(card),
      },
      icon("pencil"),
    );
    setTip(rename, t("recents.tip_rename"));
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
    return h("li", { class: "recent-item", "data-key": key }, open, rename, pin, remove);
  }

  /** @param {Card} card */
  const picture = (card) =>
    h("img", { class: "recent-picture", src: card.picture, alt: "", width: 72, height: 72 });

  /** @param {string} key */
  const find = (key) => list.querySelector(`[data-key="${CSS.escape(key)}"]`);

  /** @param {string} key @param {string} part */
  function focusOn(key, part) {
    /** @type {HTMLElement | null | undefined} */ (
      find(key)?.querySelector(`.recent-${part}`)
    )?.focus();
  }

  /**
   * A field in the place of the title. Enter, and whatever takes the focus away, give the name; Escape gives it up.
   * The other cards stay what they are: a press on one of them is not to be lost.
   *
   * @param {Card} card
   */
  function edit(card) {
    const { key, title } = card;
    const field = h("input", {
      type: "text",
      class: "recent-field",
      value: nameOf(card),
      placeholder: title,
      maxLength: LONGEST_NAME,
      autocomplete: "off",
      enterKeyHint: "done",
      "aria-label": t("recents.name_of", { title }),
    });
    const words = h(
      "span",
      { class: "recent-words" },
      field,
      h("span", { class: "recent-made" }, t("recents.name_hint")),
    );
    const place = h(
      "li",
      { class: "recent-item", "data-key": key },
      h("div", { class: "recent-open" }, picture(card), words),
    );
    let isDone = false;

    /** @param {boolean} isGiven */
    async function finish(isGiven) {
      if (isDone) return;
      isDone = true;
      const hadFocus = document.activeElement === field;
      try {
        const now = isGiven ? await kept.rename(key, field.value) : card;
        if (now) place.replaceWith(item(now));
        else await lost();
        if (hadFocus) focusOn(key, "rename");
      } catch (error) {
        fail(error);
      }
    }
    field.addEventListener("keydown", (event) => {
      if (event.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
      event.preventDefault(); // Escape would close the dialog
      finish(event.key === "Enter");
    });
    field.addEventListener("blur", () => finish(true));
    find(key)?.replaceWith(place);
    field.focus();
    field.select();
  }

  /** What was chosen is no more. */
  async function lost() {
    await show();
    note.textContent = t("recents.gone");
  }

  /** @param {Card} card */
  async function reopen({ key }) {
    try {
      const text = await kept.file(key);
      if (text === undefined) return await lost();
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
