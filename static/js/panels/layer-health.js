/**
 * Layer health: under each hidden layer of the drawing, whether signals get through it.
 *
 * @import {Health} from "../parts/health-model.js"
 * @import {PanelModel, PanelOptions} from "../panels.js"
 */

import { h, setEndText, setText, setTip } from "../dom.js";
import { formatCount, formatDecade, formatFixed, formatShort } from "../format.js";
import { createLayer, oncePerFrame } from "../parts/canvas.js";
import { createHealthCell } from "../parts/health-cell.js";
import { decades } from "../parts/health-model.js";
import { drawProfile } from "../parts/health-plot.js";
import { createTerm } from "../parts/term.js";
import { readThemeColors } from "../parts/theme-colors.js";
import { length, magnification, sizeOf } from "../magnification.js";
import { scrollsByKeyboard } from "../scroll-box.js";

const LEAST_CELL = 68;
const WIDEST_CELL = 150;
const GAP = 12;
const SIDE = 18;
/** Narrower elements show the cells in a strip of their own. */
const NARROW = 560;
const NOTABLE = 1.5;
const PROFILE = { width: 118, height: 30 };
/** The rows, with their terms of the glossary. @type {Record<string, string>} */
const ROWS = {
  saturated: "saturation",
  dead: "dead",
  effectively_dead: "effectively_dead",
  forward: "forward_signal",
  backward: "backward_signal",
  mean: "mean_activation",
};

/**
 * @param {HTMLElement} element
 * @param {PanelOptions} options
 */
export function createLayerHealthPanel(element, { t, columns }) {
  const track = h("div", { class: "health-track-list" });
  const look = scrollsByKeyboard(track, t("panels.health.cells"));
  const factor = h("span", { class: "health-factor" });
  const verdict = h("p", { class: "panel-caption" });
  const graves = h("p", { class: "panel-caption health-graves" });
  const profile = createLayer("health-profile");
  const summary = h("div", { class: "health-summary" }, factor, profile.canvas, verdict, graves);
  const empty = h("p", { class: "panel-caption health-empty" }, t("panels.health.no_layers"));
  /** @type {Record<string, {term: HTMLElement, text: HTMLElement}>} */
  const ranges = {};
  const rows = Object.keys(ROWS).map((name) => {
    const row = key(t, name);
    ranges[name] = row;
    return row.element;
  });
  const keys = h("div", { class: "health-keys" }, legend(t), ...rows);
  const root = h("div", { class: "health" }, keys, track, summary);
  element.append(root, empty);

  /** @type {ReturnType<typeof createHealthCell>[]} */
  const cells = [];
  let colors = readThemeColors();
  /** @type {Health | null} */
  let health = null;
  let run = NaN;
  /** @type {{forward: [number, number] | null, backward: [number, number] | null}} */
  let spans = { forward: null, backward: null };

  const draw = oncePerFrame(() => {
    for (const cell of cells) cell.draw(colors);
    if (!health || !spans.backward || !root.classList.contains("is-strip")) return;
    const values = health.layers.slice(0, -1).map(({ backward }) => backward);
    profile.resize(PROFILE.width, PROFILE.height);
    drawProfile(profile.context, PROFILE, values, spans.backward, colors);
  });

  /** @param {number} count */
  function setCells(count) {
    while (cells.length > count) cells.pop()?.element.remove();
    while (cells.length < count) {
      const cell = createHealthCell({ t, layer: cells.length });
      cells.push(cell);
      track.append(cell.element);
    }
    root.hidden = count === 0;
    empty.hidden = count > 0;
  }

  /** Each cell under its layer, or all in a strip where the layers are too close for that. */
  function place() {
    const { left } = root.getBoundingClientRect();
    const { width } = sizeOf(root);
    if (width === 0) return;
    const centres = columns()
      .slice(1, -1)
      .map((x) => (x - left) / magnification());
    const spacing = centres.length > 1 ? centres[1] - centres[0] : WIDEST_CELL + GAP;
    const cell = Math.min(WIDEST_CELL, Math.floor(spacing - GAP));
    const fits = centres.length === cells.length && cell >= LEAST_CELL && width >= NARROW;
    root.classList.toggle("is-strip", !fits);
    for (const [index, { element }] of cells.entries()) {
      element.style.left = fits ? length(Math.round(centres[index] - cell / 2)) : "";
      element.style.width = fits ? length(cell) : "";
    }
    const last = (centres.at(-1) ?? 0) + cell / 2;
    keys.style.width = fits ? length(Math.round(centres[0] - cell / 2 - GAP - SIDE)) : "";
    summary.style.left = fits ? length(Math.round(last + GAP + 4)) : "";
    look();
    for (const each of cells) each.measure();
    draw.request();
  }

  function showSummary() {
    if (!health) return;
    const { backward_ratio: ratio, dead, layers } = health;
    const size = ratio === null ? 1 : Math.max(ratio, 1 / ratio);
    summary.classList.toggle("is-alarming", size >= 100);
    setText(factor, ratio === null ? "" : `${factorText(size)}×`);
    setText(verdict, t(`panels.health.${verdictFor(ratio, layers)}`));
    graves.hidden = dead === 0;
    setText(graves, t("panels.health.graves", { count: dead }));
  }

  return {
    wants: () => [{ kind: "layer_health" }],

    /** @param {import("#protocol").DiagnosticEvent} event */
    update(event) {
      health = /** @type {Health} */ (/** @type {unknown} */ (event.data));
      const hidden = health.layers.slice(0, -1);
      if (hidden.length !== cells.length) return;
      if (event.run !== run) spans = { forward: null, backward: null };
      run = event.run;
      spans = {
        forward: decades(
          hidden.map(({ forward }) => forward),
          spans.forward,
        ),
        backward: decades(
          hidden.map(({ backward }) => backward),
          spans.backward,
        ),
      };
      const { forward, backward } = spans;
      if (!forward || !backward) return;
      for (const [index, cell] of cells.entries()) {
        cell.update(hidden[index], { forward, backward });
      }
      for (const [name, [low, high]] of Object.entries({ forward, backward })) {
        const values = { low: formatDecade(low), high: formatDecade(high) };
        setEndText(ranges[name].text, t("panels.health.range", values));
        setTip(
          ranges[name].term,
          `${t(`panels.health.tip_${name}`)} ${t("panels.health.bars", values)}`,
        );
      }
      showSummary();
      draw.request();
    },

    /** @param {PanelModel} model */
    experiment({ experiment }) {
      setCells(/** @type {unknown[]} */ (experiment.spec.layers).length);
      place();
    },

    resize: place,

    theme() {
      colors = readThemeColors();
      draw.request();
    },

    destroy() {
      draw.cancel();
      root.remove();
      empty.remove();
    },
  };
}

/**
 * @param {number | null} ratio
 * @param {unknown[]} layers with the output
 */
function verdictFor(ratio, layers) {
  if (layers.length < 3) return "single";
  if (ratio === null) return "no_ratio";
  if (ratio >= NOTABLE) return "smaller";
  return ratio <= 1 / NOTABLE ? "larger" : "equal";
}

/** @param {number} size */
const factorText = (size) =>
  size < 9.95
    ? formatFixed(size, 1)
    : size < 1e6
      ? formatCount(Number(size.toPrecision(3)))
      : formatShort(size);

/**
 * What is drawn in the cells: one word to point at, as four so close would be too small for a finger.
 *
 * @param {import("../i18n.js").Translate} t
 */
function legend(t) {
  const names = ["curve", "slope", "inputs", "lost"];
  const tips = names.map((name) => [t(`panels.health.${name}`), t(`panels.health.tip_${name}`)]);
  const button = createTerm("", tips.map((pair) => pair.join(": ")).join("\n"));
  button.classList.add("health-legend");
  const signs = names.map((name, i) =>
    h("span", { class: `health-sign is-${name}` }, h("span", {}, tips[i][0])),
  );
  button.append(...signs);
  return button;
}

/**
 * @param {import("../i18n.js").Translate} t
 * @param {string} name
 */
function key(t, name) {
  const text = t(`panels.health.${name}`);
  const term = createTerm(text, t(`panels.health.tip_${name}`), ROWS[name]);
  const isSignal = name === "forward" || name === "backward";
  const span = h("span", { class: "health-span" });
  const element = h("div", { class: "health-key" }, term, isSignal && span);
  element.classList.toggle("is-signal", isSignal);
  return { element, term, text: span };
}
