import { h } from "../dom.js";
import { hidingLink } from "../state.js";
import { createToggle } from "../widgets.js";

/** @import {Entry} from "../schema.js" */
/** @import {Translate} from "../i18n.js" */

/** What a link can hide, under the names that TensorFlow Playground's links use. */
const CONTROLS = [
  "showTestData",
  "discretize",
  "playButton",
  "stepButton",
  "resetButton",
  "learningRate",
  "activation",
  "regularization",
  "regularizationRate",
  "problem",
  "dataset",
  "percTrainData",
  "noise",
  "batchSize",
  "numHiddenLayers",
];

/**
 * Check boxes that build a link to this experiment with some controls hidden.
 *
 * @param {HTMLElement} element
 * @param {{t: Translate, features: Entry[], onCopy: (url: string) => Promise<void>}} options
 * @returns {{update: (state: {hash: string, hidden: readonly string[], hideText: boolean}) => void}}
 */
export function createAbout(element, { t, features, onCopy }) {
  /** @type {Set<string>} */
  let hidden = new Set();
  let hideText = false;
  let hash = "";
  let touched = false;

  const link = h("a", { class: "hide-link", target: "_blank", rel: "noopener" }, t("hide.open"));
  const shown = h("output", { class: "hide-url", "aria-label": t("hide.link") });
  const copy = h(
    "button",
    {
      type: "button",
      class: "button",
      onclick: () =>
        onCopy(link.href).then(
          () => (copy.textContent = t("header.copied")),
          () => (copy.textContent = t("header.copy_failed")),
        ),
    },
    t("hide.copy"),
  );

  const show = () => {
    link.href = location.pathname + location.search + hidingLink(hash, [...hidden], hideText);
    shown.textContent = link.href;
    copy.textContent = t("hide.copy");
  };
  const box = (/** @type {string} */ name, /** @type {string} */ label) => ({
    name,
    ...createToggle({
      label: t("hide.item", { name: label }),
      short: label,
      onChange: (checked) => {
        touched = true;
        if (checked) hidden.add(name);
        else hidden.delete(name);
        show();
      },
    }),
  });
  const controls = CONTROLS.map((name) => box(name, t(`hide.names.${name}`)));
  const inputs = features.flatMap(({ tfp, label }) => (tfp ? [box(tfp, label)] : []));
  const text = createToggle({
    label: t("hide.item", { name: t("hide.text") }),
    short: t("hide.text"),
    onChange: (checked) => {
      touched = true;
      hideText = checked;
      show();
    },
  });
  const group = (/** @type {string} */ legend, /** @type {HTMLElement[]} */ items) =>
    h(
      "fieldset",
      { class: "hide-group" },
      h("legend", {}, legend),
      h("div", { class: "hide-boxes" }, ...items),
    );

  const details = h("details", { class: "disclosure" }, h("summary", {}, t("hide.summary")));
  element.append(details);
  details.addEventListener("toggle", () => details.append(...content), { once: true });
  const content = [
    group(t("hide.legend"), [text.element, ...controls.map((item) => item.element)]),
    group(
      t("hide.features"),
      inputs.map((item) => item.element),
    ),
    h("div", { class: "hide-result" }, shown, copy, link),
  ];

  return {
    update(state) {
      hash = state.hash;
      if (!touched) {
        hidden = new Set(state.hidden);
        hideText = state.hideText;
        for (const item of [...controls, ...inputs]) item.update(hidden.has(item.name));
        text.update(hideText);
      }
      show();
    },
  };
}
