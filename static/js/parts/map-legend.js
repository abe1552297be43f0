// What the marks on the decision map are.

/**
 * @import {Translate} from "../i18n.js"
 * @import {MapModel} from "./map-model.js"
 */

import { h } from "../dom.js";

/** @param {{t: Translate}} options */
export function createLegend({ t }) {
  const train = h("span", { class: "map-key is-train" }, t("map.train"));
  const test = h("span", { class: "map-key is-test" }, t("map.test"));
  const element = h("p", { class: "map-legend", hidden: true }, train, test);

  return {
    element,

    /** @param {MapModel} model */
    update({ showTestData }) {
      element.hidden = !showTestData;
    },
  };
}
