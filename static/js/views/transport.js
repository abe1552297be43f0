import { h, icon, setIcon, setText, setTip } from "../dom.js";
import { formatEpoch, formatInput, formatShort } from "../format.js";
import { createPopover, iconButton } from "../popover.js";
import { readNumber } from "../schema.js";
import { createInput, createSlider } from "../widgets.js";

/** @import {StatusEvent} from "#protocol" */
/** @import {Translate} from "../i18n.js" */

/** The slowest and the fastest speed to choose; the far right of the slider is "as fast as possible". */
const SLOWEST = 1;
const FASTEST = 1000;

/**
 * @typedef {object} TransportActions
 * @property {() => void} onPlay
 * @property {() => void} onPause
 * @property {() => void} onStep
 * @property {() => void} onReset
 * @property {() => void} onReroll
 * @property {() => void} onUndo
 * @property {() => void} onRedo
 * @property {(epochsPerSecond: number | null) => void} onSpeed
 * @property {(until: {epoch: number | null, test_loss: number | null}) => void} onUntil
 *
 * @typedef {{status: StatusEvent, canUndo: boolean, canRedo: boolean, hidden: Set<string>}} TransportState
 */

/**
 * The buttons that start and stop training, and its speed.
 *
 * @param {HTMLElement} element
 * @param {{t: Translate} & TransportActions} options
 * @returns {{update: (state: TransportState) => void,
 *   readings: (frame: {epoch: number, rate: number}) => void}}
 */
export function createTransport(element, options) {
  const { t } = options;
  const button = (
    /** @type {string} */ name,
    /** @type {() => void} */ onclick,
    /** @type {string} */ image = name,
  ) =>
    iconButton({
      label: t(`transport.${name}`),
      tip: t(`transport.tip_${name}`),
      icon: icon(image),
      onclick,
    });

  const reset = button("reset", options.onReset);
  const step = button("step", options.onStep);
  const reroll = button("reroll", options.onReroll);
  const undo = button("undo", options.onUndo);
  const redo = button("redo", options.onRedo);
  let playing = false;
  const playIcon = icon("play");
  const play = iconButton({
    label: t("transport.play"),
    tip: t("transport.tip_play"),
    icon: playIcon,
    class: "play-button",
    onclick: () => (playing ? options.onPause() : options.onPlay()),
  });

  const epoch = h("output", { class: "epoch", "aria-label": t("transport.epoch") });
  epoch.setAttribute("aria-live", "off");
  const speed = createSpeed(t, options.onSpeed);
  const until = createUntil(t, options.onUntil);

  element.append(
    h("div", { class: "buttons" }, reset, play, step, reroll, undo, redo),
    h(
      "div",
      { class: "epoch-field" },
      h("span", { class: "field-label", "aria-hidden": "true" }, t("transport.epoch")),
      epoch,
    ),
    speed.element,
    until.element,
  );
  setText(epoch, formatEpoch(0));

  return {
    update({ status, canUndo, canRedo, hidden }) {
      playing = status.state === "playing";
      setIcon(playIcon, playing ? "pause" : "play");
      play.setAttribute("aria-label", t(playing ? "transport.pause" : "transport.play"));
      undo.disabled = !canUndo;
      redo.disabled = !canRedo;
      play.hidden = hidden.has("playButton");
      step.hidden = hidden.has("stepButton");
      reset.hidden = hidden.has("resetButton");
      speed.element.hidden = hidden.has("speed");
      speed.update(status.epochs_per_second, playing);
      until.update(status);
    },
    readings(frame) {
      setText(epoch, formatEpoch(frame.epoch));
      speed.rate(frame.rate);
    },
  };
}

/**
 * The slider for the speed asked for, and the speed measured.
 *
 * @param {Translate} t
 * @param {(epochsPerSecond: number | null) => void} onSpeed
 */
function createSpeed(t, onSpeed) {
  const slider = createSlider({
    control: {
      name: "speed",
      widget: "slider",
      label: t("transport.speed"),
      help: "",
      minimum: SLOWEST,
      maximum: FASTEST,
      lowest: SLOWEST,
      highest: FASTEST,
      step: 1,
      log: true,
      integer: false,
      options: null,
      default: FASTEST,
    },
    label: t("transport.speed"),
    name: "speed",
    help: t("transport.tip_speed"),
    format: (value) =>
      value >= FASTEST
        ? t("transport.speed_max")
        : t("transport.speed_value", { value: formatShort(value) }),
    onChange: (value) => onSpeed(value >= FASTEST ? null : value),
  });
  const measured = h("output", { class: "rate", "aria-label": t("transport.rate") });
  measured.setAttribute("aria-live", "off");
  setTip(measured, t("transport.tip_rate"));
  slider.element.append(measured);
  let running = false;
  let latest = 0;
  const show = () => {
    const value = latest >= 100 ? Math.round(latest) : Number(latest.toPrecision(2));
    setText(measured, running && latest > 0 ? t("transport.rate_value", { value }) : "");
  };
  return {
    element: slider.element,
    update(/** @type {number | null} */ wanted, /** @type {boolean} */ playing) {
      slider.update(wanted === null ? FASTEST : wanted);
      running = playing;
      show();
    },
    rate(/** @type {number} */ value) {
      latest = value;
      show();
    },
  };
}

/**
 * The button and panel that let training stop by itself.
 *
 * @param {Translate} t
 * @param {TransportActions["onUntil"]} onUntil
 */
function createUntil(t, onUntil) {
  /** @type {{epoch: number | null, test_loss: number | null}} */
  let draft = { epoch: null, test_loss: null };
  const number = (
    /** @type {"epoch" | "test_loss"} */ name,
    /** @type {string} */ label,
    /** @type {{lowest: number, highest: number, integer: boolean}} */ limits,
  ) =>
    createInput({
      label,
      help: t(`transport.tip_until_${name}`),
      inputMode: "decimal",
      /** @type {(text: string) => number | "" | null} */
      read: (text) => (text.trim() === "" ? "" : readNumber(text, limits)),
      write: (value) => (value === "" ? "" : formatInput(value)),
      onChange: (value) => (draft = { ...draft, [name]: value === "" ? null : value }),
    });
  const epoch = number("epoch", t("transport.until_epoch"), {
    lowest: 1,
    highest: 10_000_000,
    integer: true,
  });
  const loss = number("test_loss", t("transport.until_loss"), {
    lowest: Number.MIN_VALUE,
    highest: Infinity,
    integer: false,
  });
  const message = h("p", { class: "form-message", role: "alert" });
  const title = h("h2", { class: "popover-title" }, t("transport.until_title"));
  title.dataset.tip = t("transport.tip_until");
  const form = h(
    "form",
    {
      class: "form",
      noValidate: true,
      onsubmit: (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        const invalid = form.querySelector("[aria-invalid]");
        const empty = draft.epoch === null && draft.test_loss === null;
        setText(message, invalid || empty ? t("transport.until_invalid") : "");
        if (invalid || empty) return;
        onUntil(draft);
        panel.close();
      },
    },
    title,
    epoch.element,
    loss.element,
    message,
    h(
      "div",
      { class: "form-buttons" },
      h(
        "button",
        {
          type: "button",
          class: "button",
          "data-tip": t("transport.tip_until_clear"),
          onclick: () => {
            onUntil({ epoch: null, test_loss: null });
            panel.close();
          },
        },
        t("transport.until_clear"),
      ),
      h(
        "button",
        {
          type: "submit",
          class: "button button-primary",
          "data-tip": t("transport.tip_until_set"),
        },
        t("transport.until_set"),
      ),
    ),
  );
  const button = iconButton({ label: t("transport.until"), icon: icon("flag") });
  const element = h("div", { class: "until" }, button);
  const panel = createPopover(button, form, {
    label: t("transport.until_title"),
    onOpen: () => setText(message, ""),
  });

  return {
    element,
    update(/** @type {StatusEvent} */ { until_epoch, until_test_loss }) {
      draft = { epoch: until_epoch, test_loss: until_test_loss };
      epoch.update(until_epoch ?? "");
      loss.update(until_test_loss ?? "");
      const parts = [
        until_epoch && t("transport.until_active_epoch", { epoch: until_epoch }),
        until_test_loss && t("transport.until_active_loss", { loss: until_test_loss }),
      ].filter(Boolean);
      button.classList.toggle("is-active", parts.length > 0);
      setTip(button, parts.join("; ") || t("transport.tip_until"));
    },
  };
}
