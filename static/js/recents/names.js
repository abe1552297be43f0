// What an experiment is called, for people.

/**
 * @import {Translate} from "../i18n.js"
 * @import {Catalog} from "../schema.js"
 */

import { formatCount } from "../format.js";
import { findEntry } from "../schema.js";
import { sharedActivation } from "../state.js";

/**
 * In a few words: data, network and how far it was trained.
 *
 * @param {Record<string, any>} spec
 * @param {number} epoch
 * @param {{t: Translate, catalog: Catalog}} options
 */
export function titleOf(spec, epoch, { t, catalog }) {
  const { kind, source } = spec.dataset; // own data are called by where they come from
  const dataset = source || (findEntry(catalog, "dataset", kind)?.label ?? kind);
  const network = networkOf(spec, { t, catalog });
  return t("recents.name", { dataset, network, epoch: formatCount(epoch) });
}

/**
 * @param {Record<string, any>} spec
 * @param {{t: Translate, catalog: Catalog}} options
 */
export function networkOf({ layers }, { t, catalog }) {
  if (!layers.length) return t("recents.no_layer");
  const sizes = layers.map((/** @type {{units: number}} */ { units }) => units).join("-");
  const shared = sharedActivation(layers);
  const name = shared ? findEntry(catalog, "activation", shared.kind)?.label : t("settings.mixed");
  return `${sizes} ${name ?? shared?.kind}`;
}
