import { describeDivergence } from "../divergence.js";
import { h, icon, setText, setTip } from "../dom.js";
import { formatSetting } from "../format.js";

/** @import {DivergenceInfo} from "#protocol" */
/** @import {Translate} from "../i18n.js" */
/** @import {State} from "../state.js" */

const NOTICE_MS = 8000;
const ERROR_MS = 12_000;
/** What a slow reader takes for a character of a long message. */
const CHARACTER_MS = 60;
const MOST = 3;
const QUIET_MS = 400;
/** An interruption so long asks for more than one word. */
const LONG_MS = 5000;

const RECONNECTING = "notices.reconnecting";
const CONNECTING = "notices.connecting";
const UNREACHABLE = "notices.unreachable";

/**
 * @type {Record<Exclude<State["connection"], "open">,
 *   {text: string, button?: string, run?: "onReload" | "onTakeBack"}>}
 */
const CONNECTION = {
  connecting: { text: RECONNECTING },
  waiting: { text: RECONNECTING },
  outdated: { text: "notices.outdated", button: "notices.reload", run: "onReload" },
  taken: { text: "notices.taken", button: "notices.take_back", run: "onTakeBack" },
  locked: { text: "notices.locked", button: "notices.reload", run: "onReload" },
};

/**
 * Messages that come and go in a corner, and the state of the connection when there is none.
 *
 * @param {HTMLElement} element
 * @param {{t: Translate, onReload: () => void, onTakeBack: () => void}} options
 */
export function createNotices(element, { t, onReload, onTakeBack }) {
  const pill = h(
    "div",
    { class: "connection", role: "status", hidden: true },
    h("span", { class: "connection-dot" }),
    h("span", { class: "connection-text" }),
  );
  const action = h("button", { type: "button", class: "connection-action", hidden: true });
  pill.append(action);
  const list = h("div", { class: "toast-list" });
  element.setAttribute("role", "region");
  element.setAttribute("aria-label", t("notices.label"));
  element.append(list, pill);
  /** @type {Map<HTMLElement, {text: string, stop: () => void}>} */
  const shown = new Map();
  /** Messages for which there is no room yet: a link may have a dozen. @type {string[]} */
  let waiting = [];
  /** @type {ReturnType<typeof setTimeout>} */
  let pillTimer;
  /** From when there is no connection. @type {ReturnType<typeof setTimeout> | undefined} */
  let longTimer;
  let isLong = false;
  let wasOpen = false;
  let showPill = () => {};

  function forget(/** @type {HTMLElement} */ toast) {
    shown.get(toast)?.stop();
    shown.delete(toast);
    toast.remove();
  }

  function remove(/** @type {HTMLElement} */ toast) {
    forget(toast);
    const next = shown.size < MOST && waiting.shift();
    if (next) notices.show(next);
  }

  /** What to say of a connection that there is not. */
  function lacking() {
    if (isLong) return UNREACHABLE;
    return wasOpen ? RECONNECTING : CONNECTING;
  }

  const notices = {
    /**
     * @param {string} text
     * @param {"notice" | "error"} [sort] An error does not wait for room.
     */
    show(text, sort = "notice") {
      const again = [...shown].find(([, item]) => item.text === text)?.[0];
      if (!again && sort === "notice" && shown.size >= MOST) {
        waiting = [...waiting.filter((other) => other !== text), text];
        return;
      }
      if (again) forget(again);
      const close = h(
        "button",
        {
          type: "button",
          class: "toast-close",
          "aria-label": t("notices.dismiss"),
          onclick: () => remove(toast),
        },
        icon("close"),
      );
      const toast = h(
        "div",
        { class: `toast toast-${sort}`, role: sort === "error" ? "alert" : "status" },
        h("p", {}, text),
        close,
      );
      /** @type {ReturnType<typeof setTimeout>} */
      let timer;
      const start = () => {
        const least = sort === "error" ? ERROR_MS : NOTICE_MS;
        timer = setTimeout(() => remove(toast), Math.max(least, text.length * CHARACTER_MS));
      };
      const stop = () => clearTimeout(timer);
      toast.addEventListener("pointerenter", stop);
      toast.addEventListener("pointerleave", start);
      toast.addEventListener("focusin", stop);
      toast.addEventListener("focusout", start);
      shown.set(toast, { text, stop });
      list.append(toast);
      start();
      if (shown.size > MOST) forget(/** @type {HTMLElement} */ (shown.keys().next().value));
    },

    /**
     * The state of the connection. A short interruption goes unmentioned.
     *
     * @param {State["connection"]} connection
     */
    connection(connection) {
      clearTimeout(pillTimer);
      if (connection === "open") {
        clearTimeout(longTimer);
        longTimer = undefined;
        isLong = false;
        pill.hidden = true;
        wasOpen = true;
        return;
      }
      const { text, button, run } = CONNECTION[connection];
      showPill = () => {
        setText(
          /** @type {Node} */ (pill.children[1]),
          t(text === RECONNECTING ? lacking() : text),
        );
        setText(action, button ? t(button) : "");
        action.onclick = run ? { onReload, onTakeBack }[run] : null;
        action.hidden = !button;
        pill.hidden = false;
      };
      pillTimer = setTimeout(showPill, QUIET_MS);
      longTimer ??= setTimeout(() => {
        isLong = true;
        showPill();
      }, LONG_MS);
    },
  };
  return notices;
}

/**
 * What to say and do when training has diverged.
 *
 * @param {HTMLElement} element
 * @param {{t: Translate, onFix: () => void, onUndo: () => void}} options
 */
export function createBanner(element, { t, onFix, onUndo }) {
  const where = h("p", { class: "banner-text" });
  const fix = h("button", { type: "button", class: "button button-primary", onclick: onFix }, "");
  const undo = h("button", { type: "button", class: "button", onclick: onUndo }, t("notices.undo"));
  const banner = h(
    "div",
    { class: "banner" },
    icon("warning"),
    h("div", {}, h("p", { class: "banner-title" }, t("divergence.title")), where),
    h("div", { class: "banner-actions" }, undo, fix),
  );
  banner.hidden = true;
  element.setAttribute("role", "alert");
  element.append(banner);

  return {
    /**
     * @param {{divergence: DivergenceInfo | null, layers: number, rate: number, canUndo: boolean}} state
     *   `rate` is the learning rate to try instead.
     */
    update({ divergence, layers, rate, canUndo }) {
      banner.hidden = !divergence;
      if (!divergence) return;
      setText(where, describeDivergence(t, divergence, layers));
      setText(fix, t("divergence.fix", { rate: formatSetting(rate) }));
      setTip(fix, t("divergence.tip_fix", { rate: formatSetting(rate) }));
      undo.disabled = !canUndo;
    },
  };
}

/**
 * The note that the experiment runs as TensorFlow Playground would run it.
 *
 * @param {HTMLElement} element
 * @param {{t: Translate, onLeave: () => void, tip: (element: HTMLElement, text: string) => void}}
 *   options
 */
export function createModeChip(element, { t, onLeave, tip }) {
  const text = h("span", { class: "chip-text" }, t("mode.chip"));
  const leave = h(
    "button",
    { type: "button", class: "chip-button", onclick: onLeave },
    t("mode.leave"),
  );
  const chip = h("div", { class: "chip" }, text, leave);
  tip(chip, t("mode.tip"));
  chip.removeAttribute("aria-description");
  leave.setAttribute("aria-description", t("mode.tip"));
  chip.hidden = true;
  element.append(chip);
  return {
    /** @param {boolean} shown */
    update(shown) {
      chip.hidden = !shown;
    },
  };
}
