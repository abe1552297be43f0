// What the drawing of the network is given, and how its parts are called.

/**
 * @import {Translate} from "../i18n.js"
 * @import {Frame} from "../protocol.js"
 * @import {Layout, Shape} from "../layout.js"
 *
 * @typedef {object} FeatureModel
 * @property {Component} feature
 * @property {string} label
 * @property {string} html
 * @property {string | null} [tfp] what a link calls it that hides it
 * @property {boolean} active is it an input
 * @property {boolean} [hidden] not drawn at all
 * @property {Int8Array} map
 * @property {number} scale
 *
 * @typedef {{kind: string} & Record<string, any>} Component
 *
 * @typedef {object} LayerModel
 * @property {number} units
 * @property {Component} activation
 *
 * @typedef {object} NetworkModel
 * @property {FeatureModel[]} features
 * @property {LayerModel[]} layers
 * @property {{kind: string, label: string, short?: string, help: string, default: Component}[]} activations
 * @property {{count: number, labels: string[]}} outputs
 * @property {{layers: number, units: number, features: number}} limits
 * @property {Set<string>} hidden names of controls that are not shown
 * @property {boolean} discretize
 * @property {boolean} playing
 *
 * @typedef {{kind: "feature", index: number} | {kind: "unit", layer: number, unit: number} |
 *   {kind: "output", unit: number}} Target
 *
 * @typedef {{layer: number, to: number, from: number | null, value: number}} EditRequest `from` is null
 *   for the bias
 */

/** The control of TensorFlow Playground's links that adds and removes layers. */
const LAYERS_CONTROL = "numHiddenLayers";
const ACTIVATION_CONTROL = "activation";

/** @param {NetworkModel} model */
export const showsLayerControls = ({ hidden }) => !hidden.has(LAYERS_CONTROL);

/** @param {NetworkModel} model */
export const showsActivations = ({ hidden }) => !hidden.has(ACTIVATION_CONTROL);

/** @param {NetworkModel} model */
export const drawnFeatures = ({ features }) => features.filter(({ hidden }) => !hidden);

/**
 * @param {NetworkModel} model
 * @returns {Shape}
 */
export const shapeOf = (model) => ({
  features: drawnFeatures(model).map(({ active }) => active),
  layers: model.layers.map(({ units }) => units),
  outputs: model.outputs.count,
});

/**
 * Whether a frame is one of the network as it now is.
 *
 * @param {Frame} frame
 * @param {Layout} layout
 */
export function fits({ parameters, unitScales, outputs }, layout) {
  const [, ...units] = layout.columns.map(({ x }) => x.length);
  const answers = units.pop();
  return (
    parameters.length === layout.parameters &&
    unitScales.length === units.reduce((sum, count) => sum + count, 0) &&
    outputs.length === answers
  );
}

/**
 * @param {NetworkModel} model
 * @param {number} column 0 for the features, then the hidden layers, then the outputs
 * @param {number} row
 * @returns {Target}
 */
export function targetAt(model, column, row) {
  if (column === 0) {
    return { kind: "feature", index: model.features.indexOf(drawnFeatures(model)[row]) };
  }
  if (column > model.layers.length) return { kind: "output", unit: row };
  return { kind: "unit", layer: column - 1, unit: row };
}

/**
 * What sends a weight, in words.
 *
 * @param {Translate} t
 * @param {NetworkModel} model
 * @param {number} layer weight layer
 * @param {number} from
 */
export function sourceName(t, model, layer, from) {
  if (layer > 0) return t("edit.neuron", { unit: from + 1 });
  return drawnFeatures(model).filter(({ active }) => active)[from]?.label ?? "";
}

/**
 * What receives a weight, in words.
 *
 * @param {Translate} t
 * @param {NetworkModel} model
 * @param {number} layer weight layer
 * @param {number} to
 */
export function receiverName(t, model, layer, to) {
  if (layer < model.layers.length) return t("edit.neuron", { unit: to + 1 });
  if (model.outputs.count === 1) return t("edit.the_output");
  return t("edit.output", { label: model.outputs.labels[to] ?? to + 1 });
}

/**
 * A unit in words that stand alone.
 *
 * @param {Translate} t
 * @param {NetworkModel} model
 * @param {number} layer weight layer
 * @param {number} unit
 */
export function unitName(t, model, layer, unit) {
  if (layer < model.layers.length) {
    return t("network.unit", { layer: layer + 1, unit: unit + 1 });
  }
  if (model.outputs.count === 1) return t("network.output_unit");
  return t("network.output_unit_of", { label: model.outputs.labels[unit] ?? unit + 1 });
}
