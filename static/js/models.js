/** From the state to what the views are given. */

import { classNames } from "./axes.js";
import { choices, decodeMap, isSame } from "./schema.js";

/** @import {DrawnFeature, ExperimentEvent} from "#protocol" */
/** @import {Translate} from "./i18n.js" */
/** @import {FeatureModel} from "./parts/network-model.js" */
/** @import {Catalog, Component} from "./schema.js" */

/** @typedef {ReturnType<typeof createModels>} Models */

/**
 * @param {Catalog} catalog
 * @param {Translate} t
 */
export function createModels(catalog, t) {
  /** Those that the catalogue has as they are; others have parameters. @type {FeatureModel[]} */
  const named = choices(catalog, "feature")
    .filter(({ parameters }) => parameters.length === 0)
    .map((entry) => ({
      feature: entry.default,
      label: entry.label,
      html: entry.html ?? entry.label,
      tfp: entry.tfp,
      active: false,
      map: decodeMap(entry.map ?? ""),
      scale: entry.scale ?? 1,
    }));
  /** Formulas that were switched off and may be wanted again. @type {Map<string, FeatureModel>} */
  const kept = new Map();
  /** @type {FeatureModel[]} */
  let features = named;

  /**
   * @param {number} count
   * @param {Record<string, any>} spec
   */
  const classLabels = (count, { dataset }) =>
    classNames(
      dataset,
      Array.from({ length: count }, (_, k) => t("output.class_label", { number: k + 1 })),
    );

  /**
   * All features to draw. The inputs among them are in the order of the experiment, as its weights are.
   *
   * @param {ExperimentEvent} experiment
   * @returns {FeatureModel[]}
   */
  function featuresOf({ spec, formulas, view }) {
    const made = formulas.map(formulaModel);
    const off = [...kept.values()].filter(({ label }) => !made.some((one) => one.label === label));
    const all = [...named, ...made, ...off];
    const inputs = /** @type {Component[]} */ (spec.features).flatMap(
      (input) => all.find(({ feature }) => isSame(feature, input)) ?? [],
    );
    const isInput = new Set(inputs);
    return all.map((model) => {
      const active = isInput.has(model);
      const shown = active ? /** @type {FeatureModel} */ (inputs.shift()) : model;
      const hidden = Boolean(shown.tfp) && view.hidden.includes(shown.tfp ?? "");
      return { ...shown, active, hidden };
    });
  }

  return {
    classLabels,

    /** The feature of a place in the model of the network. @param {number} index */
    feature: (index) => features[index],

    /** Goes on showing a formula that is switched off. @param {Component} feature */
    keep(feature) {
      const model = features.find((known) => isSame(known.feature, feature));
      if (model && !named.some(({ label }) => label === model.label)) kept.set(model.label, model);
    },

    /** Ends that. @param {Component} feature */
    forget: (feature) => kept.delete(feature.text),

    /**
     * @param {ExperimentEvent} experiment
     * @param {boolean} playing
     */
    network(experiment, playing) {
      const { spec, view, outputs } = experiment;
      features = featuresOf(experiment);
      return {
        features,
        layers: /** @type {{units: number, activation: any}[]} */ (spec.layers),
        activations: choices(catalog, "activation"),
        outputs: {
          count: outputs,
          labels: outputs > 1 ? classLabels(outputs, spec) : [],
        },
        limits: {
          layers: catalog.limits.layers,
          units: catalog.limits.units,
          features: catalog.fields.features.maximum ?? Infinity,
        },
        hidden: new Set(view.hidden),
        discretize: view.discretize,
        playing,
      };
    },
  };
}

/**
 * @param {DrawnFeature} drawn
 * @returns {FeatureModel}
 */
const formulaModel = ({ feature, label, html, map, scale }) => ({
  feature: /** @type {Component} */ (feature),
  label,
  html,
  active: true,
  map: decodeMap(map),
  scale,
});
