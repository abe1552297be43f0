import { toggleFeature, withLayers, withUnits } from "./state.js";

/** @import {Commands} from "./commands.js" */
/** @import {Models} from "./models.js" */
/** @import {Catalog, Component} from "./schema.js" */
/** @import {State} from "./state.js" */
/** @import {Store} from "./store.js" */

/**
 * What the user asks for in the drawing of the network, as changes of the experiment.
 *
 * @param {{store: Store<State>, commands: Commands, catalog: Catalog, models: Models}} options
 */
export function createNetworkActions({ store, commands, catalog, models }) {
  const { limits, components, fields } = catalog;
  return {
    onEdit: commands.edit,
    onRevive: commands.revive,

    /** @param {Component} feature */
    onToggleFeature(feature) {
      models.keep(feature);
      const features = toggleFeature(store.value.spec.features, feature, components.feature);
      commands.configure({ features });
    },

    /** @param {number} layer @param {number} delta */
    onUnits(layer, delta) {
      const layers = withUnits(store.value.spec.layers, layer, delta, limits.units);
      commands.configure({ layers });
    },

    /** @param {number} layer @param {Component} activation */
    onActivation(layer, activation) {
      const layers = [...store.value.spec.layers];
      layers[layer] = { ...layers[layer], activation };
      commands.configure({ layers });
    },

    /** @param {number} delta */
    onLayers(delta) {
      const [{ activation }] = fields.layers.default;
      const options = { most: limits.layers, activation };
      commands.configure({ layers: withLayers(store.value.spec.layers, delta, options) });
    },
  };
}
