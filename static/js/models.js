/** From the state to what the views are given. */

import { choices, decodeMap } from "./schema.js";

/** @import {ExperimentEvent} from "#protocol" */
/** @import {Translate} from "./i18n.js" */
/** @import {Catalog} from "./schema.js" */

/** @typedef {ReturnType<typeof createModels>} Models */

/**
 * @param {Catalog} catalog
 * @param {Translate} t
 */
export function createModels(catalog, t) {
  const features = choices(catalog, "feature").map((entry) => ({
    entry,
    map: decodeMap(entry.map ?? ""),
  }));

  /** @param {number} count */
  const classLabels = (count) =>
    Array.from({ length: count }, (_, k) => t("output.class_label", { number: k + 1 }));

  return {
    classLabels,
    features,

    /**
     * @param {ExperimentEvent} experiment
     * @param {boolean} playing
     */
    network({ spec, view, outputs }, playing) {
      const hidden = new Set(view.hidden);
      const active = new Set(
        /** @type {{kind: string}[]} */ (spec.features).map((feature) => feature.kind),
      );
      return {
        features: features.map(({ entry, map }) => ({
          kind: entry.kind,
          label: entry.label,
          html: entry.html ?? entry.label,
          active: active.has(entry.kind),
          hidden: Boolean(entry.tfp) && hidden.has(/** @type {string} */ (entry.tfp)),
          map,
          scale: entry.scale ?? 1,
        })),
        layers: /** @type {{units: number, activation: any}[]} */ (spec.layers),
        activations: choices(catalog, "activation"),
        outputs: {
          count: outputs,
          labels: outputs > 1 ? classLabels(outputs) : [],
        },
        limits: { layers: catalog.limits.layers, units: catalog.limits.units },
        hidden,
        discretize: view.discretize,
        playing,
      };
    },
  };
}
