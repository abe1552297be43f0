/** The neuron or feature under the pointer, shown large in the place of the output. */

/** @import {Commands} from "./commands.js" */
/** @import {Translate} from "./i18n.js" */
/** @import {Models} from "./models.js" */
/** @import {Frame} from "./protocol.js" */
/** @import {State} from "./state.js" */

/**
 * @typedef {{kind: "feature", index: number} | {kind: "unit", layer: number, unit: number} |
 *   {kind: "output", unit: number}} Target
 * @typedef {{title: string, map: Int8Array, side: number, scale: number}} Picture
 */

const FEATURE_SIDE = 32;

/**
 * @param {{t: Translate, models: Models, commands: Commands, state: () => State,
 *   frame: () => Frame | null, show: (picture: Picture | null) => void}} options
 */
export function createHover({ t, models, commands, state, frame, show }) {
  /** @type {Target | null} */
  let target = null;

  /** @returns {Picture | null} */
  function picture() {
    const layers = state().experiment?.spec.layers;
    if (!target || !Array.isArray(layers)) return null;
    if (target.kind === "feature") {
      const { label, map, scale } = models.feature(target.index) ?? {};
      return label ? { title: label, map, side: FEATURE_SIDE, scale } : null;
    }
    const latest = frame();
    if (!latest) return null;
    if (target.kind === "output") return outputPicture(latest, target.unit);
    return unitPicture(latest, layers, target.layer, target.unit);
  }

  /**
   * @param {Frame} latest
   * @param {number} unit
   */
  function outputPicture(latest, unit) {
    const { outputs, outputScales, side } = latest;
    if (outputs.length < 2 || unit >= outputs.length) return null;
    const title = models.classLabels(outputs.length, state().spec)[unit];
    return { title, map: outputs[unit], side, scale: outputScales[unit] };
  }

  /**
   * @param {Frame} latest
   * @param {{units: number}[]} layers
   * @param {number} layer
   * @param {number} unit
   */
  function unitPicture(latest, layers, layer, unit) {
    if (!(unit < layers[layer]?.units)) return null;
    const title = t("output.unit_title", { layer: layer + 1, unit: unit + 1 });
    const { focus, focusMap, focusScale, side, unitSide, units, unitScales } = latest;
    if (focusMap && focus?.[0] === layer && focus[1] === unit) {
      return { title, map: focusMap, side, scale: focusScale };
    }
    const index = layers.slice(0, layer).reduce((sum, { units: n }) => sum + n, unit);
    const size = unitSide ** 2;
    const map = units.subarray(index * size, (index + 1) * size);
    return map.length === size ? { title, map, side: unitSide, scale: unitScales[index] } : null;
  }

  const askForFocus = () => {
    const unit = target?.kind === "unit" ? target : null;
    commands.focus(unit?.layer ?? null, unit?.unit ?? null);
  };

  return {
    /** @param {Target | null} next */
    to(next) {
      const focused = target?.kind === "unit";
      target = next;
      if (focused || next?.kind === "unit") askForFocus();
      show(picture());
    },
    /** A new frame is drawn: what is under the pointer has changed, too. */
    refresh() {
      if (target) show(picture());
    },
    /** A new session knows nothing of it. */
    restore() {
      if (target?.kind === "unit") askForFocus();
    },
  };
}
