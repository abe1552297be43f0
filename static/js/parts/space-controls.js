/**
 * What the hidden space is shown of: a layer, and two of its neurons or its principal components.
 *
 * @import {Translate} from "../i18n.js"
 * @import {Catalog, Component} from "../schema.js"
 *
 * @typedef {{layer: number, projection: "units" | "pca", x_unit: number, y_unit: number}} Choice
 */

import { h } from "../dom.js";
import { asWritten } from "../insights.js";
import { nameOf } from "../schema.js";
import { createSelect } from "../widgets.js";

/**
 * @param {{t: Translate, catalog: Catalog, onChange: () => void}} options
 */
export function createSpaceControls({ t, catalog, onChange }) {
  /** @type {Record<string, any>} */
  let spec = {};
  let outputs = 1;
  /** Null follows the last hidden layer. @type {number | null} */
  let chosen = null;
  /** @type {Choice["projection"]} */
  let projection = "units";
  let pair = [0, 1];

  const field = (/** @type {string} */ name, /** @type {(value: any) => void} */ set) =>
    createSelect({
      label: t(`panels.space.${name}`),
      short: t(`panels.space.${name}_short`),
      help: t(`panels.space.tip_${name}`),
      onChange: (value) => {
        set(value);
        refresh();
        onChange();
      },
    });
  const selects = {
    layer: field("layer", (value) => (chosen = value)),
    projection: field("projection", (value) => (projection = value)),
    x: field("x_unit", (value) => (pair = [value, pair[1]])),
    y: field("y_unit", (value) => (pair = [pair[0], value])),
  };
  const element = h(
    "div",
    { class: "space-controls" },
    ...Object.values(selects).map((select) => select.element),
  );

  const depth = () => spec.layers?.length ?? 0;
  const layer = () => Math.min(chosen ?? depth() - 1, depth());

  /** @param {number} at */
  function layerName(at) {
    if (at < 0) return t("panels.space.input");
    if (at >= depth()) return t("panels.space.logits");
    return t("network.hidden", { layer: at + 1 });
  }

  /** The names of what a layer consists of. @param {number} at */
  function unitNames(at) {
    if (at < 0) {
      return /** @type {Component[]} */ (spec.features).map((feature) =>
        asWritten(nameOf(catalog, "feature", feature)),
      );
    }
    const count = at < depth() ? spec.layers[at].units : outputs;
    const key = at < depth() ? "panels.space.unit" : "panels.space.logit";
    return Array.from({ length: count }, (_, k) => t(key, { number: k + 1 }));
  }

  function choice() {
    const last = unitNames(layer()).length - 1;
    const [x, y] = pair.map((unit) => Math.max(0, Math.min(unit, last)));
    return { layer: layer(), projection, x_unit: x, y_unit: y };
  }

  function refresh() {
    if (!spec.layers) return;
    const { x_unit, y_unit } = choice();
    const names = unitNames(layer());
    const options = names.map((label, value) => ({ label, value, help: "" }));
    const layers = Array.from({ length: depth() + 2 }, (_, i) => ({
      value: i - 1,
      label: layerName(i - 1),
      help: "",
    }));
    selects.layer.update({ options: layers, value: layer() });
    selects.projection.update({
      options: ["units", "pca"].map((value) => ({
        value,
        label: t(`panels.space.${value}`),
        help: "",
      })),
      value: projection,
    });
    const isPair = projection === "units";
    selects.x.update({ options, value: x_unit });
    selects.y.update({ options, value: y_unit });
    selects.x.select.disabled = !isPair || names.length < 2;
    selects.y.select.disabled = !isPair || names.length < 2;
  }

  return {
    element,
    choice,
    layerName,
    unitNames,

    /** @param {Record<string, any>} next @param {number} count of outputs */
    update(next, count) {
      spec = next;
      outputs = count;
      refresh();
    },
  };
}
