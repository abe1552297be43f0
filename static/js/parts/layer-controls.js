// What stands above a hidden layer: its number of units and its activation. Where columns are too
// close for that, one button that opens both.

/**
 * @import {Translate} from "../i18n.js"
 * @import {Layout} from "../layout.js"
 * @import {Component, NetworkModel} from "./network-model.js"
 */

import { h, setText, setTip, uniqueId } from "../dom.js";
import { showsActivations, showsLayerControls } from "./network-model.js";
import { createStepper } from "./stepper.js";
import { length } from "../magnification.js";

/**
 * @param {{t: Translate, layer: number, onUnits: (delta: 1 | -1) => void,
 *   onActivation: (component: Component) => void}} options
 */
export function createLayerControls({ t, layer, onUnits, onActivation }) {
  const number = { layer: layer + 1 };
  const stepper = createStepper(onUnits);
  const select = h("select", {
    class: "layer-activation",
    "aria-label": t("network.activation_of", number),
    onchange: () => {
      const chosen = offered.find(({ kind }) => kind === select.value);
      if (chosen) onActivation(chosen.default);
    },
  });
  const box = h("div", { class: "layer-controls" }, stepper.element, select);
  box.id = uniqueId("layer-controls");
  const opener = h("button", { type: "button", class: "layer-opener" });

  /** @type {NetworkModel["activations"]} */
  let offered = [];
  let compact = false;

  box.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== "open") return;
    const { left, width, bottom } = opener.getBoundingClientRect();
    const most = document.documentElement.clientWidth - box.offsetWidth - 8;
    box.style.left = `${Math.max(8, Math.min(left + width / 2 - box.offsetWidth / 2, most))}px`;
    box.style.top = `${bottom + 6}px`;
  });

  return {
    elements: [opener, box],

    /** @param {NetworkModel} model */
    update({ layers, activations, limits, hidden, ...rest }) {
      const { units, activation } = layers[layer];
      const model = { layers, activations, limits, hidden, ...rest };
      stepper.element.hidden = !showsLayerControls(model);
      select.hidden = !showsActivations(model);
      stepper.update({
        text: String(units),
        less: t("network.remove_unit", number),
        more: t("network.add_unit", number),
        lessLimit: units <= 1 ? t("network.least_units") : "",
        moreLimit: units >= limits.units ? t("network.most_units", { count: limits.units }) : "",
      });
      if (offered !== activations) {
        offered = activations;
        select.replaceChildren(
          ...activations.map(({ kind, label, short = label }) =>
            h("option", { value: kind }, short),
          ),
        );
      }
      if (select.value !== activation.kind) select.value = activation.kind;
      const chosen = activations.find(({ kind }) => kind === activation.kind);
      const label = chosen?.label ?? "";
      setTip(select, chosen?.help ?? "");
      select.dataset.components = `activation:${activation.kind}`;
      setText(opener, String(units));
      opener.setAttribute(
        "aria-label",
        t("network.layer_controls", { ...number, count: units, label }),
      );
      setTip(opener, t("network.tip_layer_controls"));
      opener.dataset.tipTitle = `${units} · ${label}`;
    },

    /**
     * @param {number} center
     * @param {Layout["header"]} header
     */
    place(center, header) {
      const isCompact = header === "compact";
      opener.hidden = !isCompact;
      opener.style.left = length(center);
      box.classList.toggle("is-stacked", header !== "row");
      if (isCompact !== compact) {
        compact = isCompact;
        box.popover = compact ? "" : null;
        opener.popoverTargetElement = compact ? box : null;
      }
      if (!compact) {
        box.style.left = length(center);
        box.style.top = "";
      }
    },
  };
}
