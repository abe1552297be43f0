// The columns of the drawing as elements: headings, controls and one button for each unit.
// Elements are kept when the network changes, so that the focus stays where it was.

/**
 * @import {Translate} from "../i18n.js"
 * @import {Layout} from "../layout.js"
 * @import {Component, FeatureModel, NetworkModel} from "./network-model.js"
 *
 * @typedef {object} Actions
 * @property {(feature: Component | null) => void} onFormula
 * @property {(layer: number, delta: 1 | -1) => void} onUnits
 * @property {(layer: number, component: Component) => void} onActivation
 *
 * @typedef {object} ColumnElements
 * @property {HTMLElement} element
 * @property {HTMLElement} heading
 * @property {HTMLButtonElement[]} tiles
 * @property {HTMLElement[]} labels
 * @property {ReturnType<typeof createLayerControls> | null} controls
 * @property {number | null} center where it is
 */

import { h, setText, setTip } from "../dom.js";
import { createLayerControls } from "./layer-controls.js";
import { GLIDE_MS } from "./network-glide.js";
import { mathLabel } from "./math-label.js";
import { drawnFeatures, unitName } from "./network-model.js";
import { length, magnification } from "../magnification.js";

/** Columns closer than this have room for a number only, not for "Hidden 1". */
const WIDE_ENOUGH = 62;
/** The name by which a link hides that button. */
const FORMULAS = "formula";

/** @param {Component} feature Whether it is one that somebody has typed. */
const isFormula = (feature) => typeof feature.text === "string";

/**
 * @param {HTMLElement} stage
 * @param {{t: Translate} & Actions} options
 */
export function createColumns(stage, { t, onFormula, onUnits, onActivation }) {
  const features = createColumn("is-features");
  const outputs = createColumn("is-outputs");
  /** @type {ColumnElements[]} */
  const hidden = [];
  let labelled = "";
  /** All labels, as they were last. */
  let written = "";
  /** What is to be said of units, by layer and unit. @type {Map<string, string>} */
  let marks = new Map();
  const add = h(
    "button",
    { type: "button", class: "network-add", "aria-haspopup": "dialog" },
    t("network.add_formula"),
  );
  add.addEventListener("click", () => onFormula(null));
  features.element.append(add);
  stage.append(features.element, outputs.element);

  const all = () => [features, ...hidden, outputs];
  /** The tile that the Tab key comes to; the arrow keys go on from there. */
  let stop = { column: 0, row: 0 };

  /** @param {number} column @param {number} row */
  function rove(column, row) {
    const at = Math.min(column, all().length - 1);
    stop = { column: at, row: Math.max(0, Math.min(row, all()[at].tiles.length - 1)) };
    for (const [index, { tiles }] of all().entries()) {
      for (const [k, tile] of tiles.entries()) {
        tile.tabIndex = index === stop.column && k === stop.row ? 0 : -1;
      }
    }
  }

  /** @param {NetworkModel} model */
  function updateFeatures(model) {
    const drawn = drawnFeatures(model);
    setText(features.heading, t("network.features"));
    features.element.setAttribute("aria-label", t("network.features"));
    setTileCount(features, drawn.length, 0);
    for (const [row, { label, active }] of drawn.entries()) {
      const tile = features.tiles[row];
      tile.setAttribute("role", "checkbox");
      tile.setAttribute("aria-checked", String(active));
      tile.setAttribute("aria-label", label);
      tile.classList.toggle("is-off", !active);
    }
    const wanted = JSON.stringify(drawn.map(({ label }) => label));
    if (wanted !== labelled) {
      labelled = wanted;
      for (const element of features.labels) element.remove();
      features.labels = drawn.map((model) =>
        isFormula(model.feature) ? formulaLabel(model) : featureLabel(model),
      );
      add.before(...features.labels);
    }
    const hidden = model.hidden.has(FORMULAS);
    const full = drawn.filter(({ active }) => active).length >= model.limits.features;
    add.hidden = hidden;
    add.disabled = full;
    setTip(
      add,
      full
        ? t("network.most_features", { count: model.limits.features })
        : t("network.tip_add_formula"),
    );
    for (const [row, { active }] of drawn.entries()) {
      features.labels[row].classList.toggle("is-off", !active);
    }
  }

  /** @param {FeatureModel} model */
  const featureLabel = ({ feature, html }) =>
    h(
      "span",
      { class: "network-label", "data-components": `feature:${feature.kind}` },
      mathLabel(html),
    );

  /** @param {FeatureModel} model */
  function formulaLabel({ feature, label, html }) {
    const name = t("network.change_formula", { formula: label });
    const button = h(
      "button",
      {
        type: "button",
        class: "network-label is-formula",
        "aria-label": name,
        "aria-haspopup": "dialog",
        onclick: () => onFormula(feature),
      },
      mathLabel(html),
    );
    setTip(button, t("network.tip_formula", { formula: label }));
    return button;
  }

  /** @param {NetworkModel} model */
  function updateHidden(model) {
    while (hidden.length > model.layers.length) hidden.pop()?.element.remove();
    while (hidden.length < model.layers.length) {
      const layer = hidden.length;
      const controls = createLayerControls({
        t,
        layer,
        onUnits: (delta) => onUnits(layer, delta),
        onActivation: (component) => onActivation(layer, component),
      });
      const column = createColumn("is-hidden", controls);
      outputs.element.before(column.element);
      hidden.push(column);
    }
    for (const [layer, { units }] of model.layers.entries()) {
      const column = hidden[layer];
      column.element.setAttribute("aria-label", t("network.hidden_layer", { layer: layer + 1 }));
      column.element.dataset.layer = `${layer + 1}`;
      setTileCount(column, units, layer + 1);
      column.controls?.update(model);
    }
  }

  /** @param {NetworkModel} model */
  function updateOutputs(model) {
    const { count, labels } = model.outputs;
    setText(outputs.heading, t("network.output"));
    outputs.element.setAttribute("aria-label", t("network.output"));
    setTileCount(outputs, count, model.layers.length + 1);
    const shown = count > 1 ? labels.slice(0, count) : [];
    while (outputs.labels.length > shown.length) outputs.labels.pop()?.remove();
    while (outputs.labels.length < shown.length) {
      const label = h("span", { class: "network-label is-output" });
      outputs.labels.push(label);
      outputs.element.append(label);
    }
    for (const [k, text] of shown.entries()) setText(outputs.labels[k], text);
  }

  return {
    /**
     * @param {NetworkModel} model
     * @returns {boolean} whether the labels may need another room
     */
    update(model) {
      updateFeatures(model);
      updateHidden(model);
      updateOutputs(model);
      rove(stop.column, stop.row);
      const before = written;
      written = JSON.stringify([labelled, outputs.labels.map(({ textContent }) => textContent)]);
      return written !== before;
    },

    rove,

    /** Widths that the labels beside the first and last column need. */
    measure() {
      /** @param {HTMLElement[]} labels */
      const widest = (labels) =>
        Math.max(0, ...labels.map(({ offsetWidth }) => offsetWidth)) / magnification();
      return { left: widest(features.labels), right: widest(outputs.labels) };
    },

    /**
     * @param {Layout} layout
     * @param {boolean} [glides] What has another place is seen to go there. The pictures of tiles do that on the canvas;
     *   buttons are where they can be pressed at once, and only their borders come later.
     */
    place({ columns, tile, spacing, header }, glides = false) {
      for (const [index, column] of all().entries()) {
        const { center, x, y } = columns[index];
        if (glides) glide(column, center);
        column.center = center;
        const isLayer = index > 0 && index < columns.length - 1;
        if (isLayer) {
          const key = spacing < WIDE_ENOUGH ? "network.hidden_short" : "network.hidden";
          setText(column.heading, t(key, { layer: index }));
        }
        column.heading.style.left = length(center);
        column.heading.dataset.side =
          header !== "compact" || isLayer ? "" : index > 0 ? "right" : "left";
        column.controls?.place(center, header);
        for (const [row, button] of column.tiles.entries()) {
          const box = {
            left: length(x[row]),
            top: length(y[row]),
            width: length(tile),
            height: length(tile),
          };
          const { left, top, width } = button.style;
          const moves = left !== box.left || top !== box.top || width !== box.width;
          if (glides && moves) button.animate({ opacity: [0, 0, 1] }, 1.3 * GLIDE_MS);
          Object.assign(button.style, box);
        }
        if (column === features) {
          add.style.left = length(center);
          add.dataset.side = header === "compact" ? "left" : "";
        }
        const side = column === features ? -10 : tile + 10;
        for (const [row, label] of column.labels.entries()) {
          label.style.left = length(x[row] + side);
          label.style.top = length(y[row] + tile / 2);
        }
      }
    },

    /**
     * Writes the names of all units; `bias` gives the bias as text, or null while it is not known.
     *
     * @param {NetworkModel} model
     * @param {(layer: number, unit: number) => string | null} bias
     */
    name(model, bias) {
      for (const [layer, { tiles }] of [...hidden, outputs].entries()) {
        for (const [unit, tile] of tiles.entries()) {
          const name = unitName(t, model, layer, unit);
          const value = bias(layer, unit);
          const activation = activationOf(model, layer);
          const whole = activation ? t("network.with_activation", { name, activation }) : name;
          const plain =
            value === null ? whole : t("network.with_bias", { name: whole, bias: value });
          const mark = marks.get(`${layer}:${unit}`);
          const text = mark ? t("network.with_mark", { name: plain, mark }) : plain;
          tile.classList.toggle("is-dead", mark !== undefined);
          if (tile.getAttribute("aria-label") !== text) tile.setAttribute("aria-label", text);
        }
      }
    },

    /**
     * Units that are crossed out, and why; `name` writes it.
     *
     * @param {Map<string, string>} newMarks
     */
    mark(newMarks) {
      marks = newMarks;
    },

    /** @type {(layer: number, unit: number) => string | undefined} */
    markOf: (layer, unit) => marks.get(`${layer}:${unit}`),

    /**
     * @param {number} column
     * @param {number} row
     * @returns {HTMLButtonElement | undefined}
     */
    tile: (column, row) => all()[column]?.tiles[row],

    /** @param {number} column */
    size: (column) => all()[column]?.tiles.length ?? 0,
  };
}

/** @param {NetworkModel} model @param {number} layer */
function activationOf({ layers, activations }, layer) {
  const kind = layers[layer]?.activation.kind;
  return activations.find((entry) => entry.kind === kind)?.label;
}

/**
 * @param {string} name
 * @param {ReturnType<typeof createLayerControls> | null} [controls]
 * @returns {ColumnElements}
 */
function createColumn(name, controls = null) {
  const heading = h("h3", { class: "network-heading" });
  const element = h("div", { class: `network-column ${name}`, role: "group" }, heading);
  if (controls) element.append(...controls.elements);
  return { element, heading, tiles: [], labels: [], controls, center: null };
}

/**
 * What stands above a column goes with it, or fades in when it is new.
 *
 * @param {ColumnElements} column
 * @param {number} to its new centre
 */
function glide({ heading, controls, center, labels }, to) {
  if (center === to) return;
  const timing = { duration: GLIDE_MS, easing: "cubic-bezier(0.33, 1, 0.68, 1)" };
  const way = center === null ? null : { translate: [`${length(center - to)} 0`, "0 0"] };
  const parts = [heading, ...labels, ...(controls?.elements ?? [])];
  for (const part of parts) part.animate(way ?? { opacity: [0, 1] }, timing);
}

/**
 * @param {ColumnElements} column
 * @param {number} count
 * @param {number} index of the column
 */
function setTileCount(column, count, index) {
  while (column.tiles.length > count) column.tiles.pop()?.remove();
  while (column.tiles.length < count) {
    const row = column.tiles.length;
    const tile = h("button", { type: "button", class: "network-tile", "data-row": row });
    tile.tabIndex = -1; // all of them are one stop: `rove`
    const last = column.tiles[row - 1];
    if (last) last.after(tile);
    else column.element.append(tile);
    column.tiles.push(tile);
  }
  for (const tile of column.tiles) tile.dataset.column = String(index);
}
