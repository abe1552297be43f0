// The numbers and names below and beside the decision map, in the units of the data.

/** @import {Translate} from "../i18n.js" */
/** @import {Axis, Dataset} from "../axes.js" */

import { axisTicks, hasNames, nameOf, rangeOf } from "../axes.js";
import { h } from "../dom.js";
import { EXTENT } from "./map-model.js";

/** So close to an end of its axis, in percent, a number would stand out beyond it. */
const END = 3;
const NARROWEST = 18;
const DIGIT = 6.2;

/** @param {{t: Translate}} options */
export function createAxes({ t }) {
  const across = h("div", { class: "map-axis is-across", "aria-hidden": "true" });
  const up = h("div", { class: "map-axis is-up", "aria-hidden": "true", title: t("map.axes") });
  const names = h("p", { class: "map-names", hidden: true });
  let shown = "";

  /**
   * @param {Dataset | undefined} dataset
   * @param {"x1" | "x2"} axis
   */
  function marksOf(dataset, axis) {
    return axisTicks(dataset, axis).map(({ at, text }) => {
      const share = ((at + EXTENT) / (2 * EXTENT)) * 100;
      const end = share < END ? " is-start" : share > 100 - END ? " is-end" : "";
      const tick = h("span", { class: `map-tick${end}` }, text);
      if (axis === "x1") tick.style.left = `${share}%`;
      else tick.style.top = `${100 - share}%`;
      return { tick, length: text.length };
    });
  }

  return {
    elements: [across, up, names],

    /**
     * @param {Dataset | undefined} dataset
     * @returns {number | null} how wide the numbers beside the plot are; null when nothing has changed
     */
    update(dataset) {
      const key = JSON.stringify(
        ["x1", "x2"].map((axis) => [
          rangeOf(dataset, /** @type {Axis} */ (axis)),
          nameOf(dataset, /** @type {Axis} */ (axis)),
        ]),
      );
      if (key === shown) return null;
      shown = key;
      across.replaceChildren(...marksOf(dataset, "x1").map(({ tick }) => tick));
      const marks = marksOf(dataset, "x2");
      up.replaceChildren(...marks.map(({ tick }) => tick));
      names.hidden = !hasNames(dataset);
      names.replaceChildren(
        h("span", {}, t("map.across", { name: nameOf(dataset, "x1") })),
        h("span", {}, t("map.up", { name: nameOf(dataset, "x2") })),
      );
      const longest = Math.max(...marks.map(({ length }) => length));
      return Math.max(NARROWEST, Math.ceil(longest * DIGIT) + 4);
    },
  };
}
