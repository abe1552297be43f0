/** Check boxes for what a shared page does not show: TensorFlow Playground's classroom mode, and more. */

import { h } from "../dom.js";
import { createToggle } from "../widgets.js";

/** @import {Translate} from "../i18n.js" */
/** @import {Entry} from "../schema.js" */

/** What a link can hide, under the names that TensorFlow Playground's links use, and some of our own. */
const GROUPS = {
  parts: ["data", "dock", "cards"],
  training: ["playButton", "stepButton", "resetButton", "speed"],
  settings: [
    "learningRate",
    "optimizer",
    "activation",
    "initializer",
    "regularization",
    "regularizationRate",
    "problem",
    "head",
  ],
  data: ["dataset", "percTrainData", "noise", "batchSize"],
  network: ["numHiddenLayers", "formula"],
  map: ["showTestData", "discretize", "contours"],
};
const TEXT = "hideText";

/**
 * @param {{t: Translate, features: Entry[], onChange: () => void}} options
 */
export function createHideBoxes({ t, features, onChange }) {
  /** @type {Set<string>} */
  let hidden = new Set();

  /** @param {string} name @param {string} label */
  const box = (name, label) => ({
    name,
    ...createToggle({
      label: t("share.hide", { name: label }),
      short: label,
      onChange: (checked) => {
        if (checked) hidden.add(name);
        else hidden.delete(name);
        onChange();
      },
    }),
  });
  /** @param {string} legend @param {ReturnType<typeof box>[]} boxes */
  const group = (legend, boxes) =>
    h(
      "fieldset",
      { class: "share-group" },
      h("legend", {}, legend),
      h("div", { class: "share-boxes" }, ...boxes.map(({ element }) => element)),
    );

  const named = Object.entries(GROUPS).map(([id, names]) => ({
    legend: t(`share.groups.${id}`),
    boxes: names.map((name) => box(name, t(`share.names.${name}`))),
  }));
  named[0].boxes.unshift(box(TEXT, t("share.names.hideText")));
  const inputs = features.flatMap(({ tfp, label }) => (tfp ? [box(tfp, label)] : []));
  const groups = [...named, { legend: t("share.groups.features"), boxes: inputs }];
  const all = groups.flatMap(({ boxes }) => boxes);

  return {
    elements: groups.map(({ legend, boxes }) => group(legend, boxes)),

    /** @param {readonly string[]} names @param {boolean} text */
    set(names, text) {
      hidden = new Set(text ? [...names, TEXT] : names);
      for (const { name, update } of all) update(hidden.has(name));
    },
    get hidden() {
      return [...hidden].filter((name) => name !== TEXT);
    },
    get text() {
      return hidden.has(TEXT);
    },
    /** How many things are hidden. */
    get count() {
      return hidden.size;
    },
  };
}
