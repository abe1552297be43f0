/**
 * What the colours mean: a bar with the values at its ends, or the names of the classes.
 *
 * @import {Translate} from "../i18n.js"
 * @import {ScaleModel} from "../parts/map-model.js"
 */

import { inkOn } from "../color.js";
import { h, setEndText, setText } from "../dom.js";
import { formatShort } from "../format.js";
import { readThemeColors } from "../parts/theme-colors.js";

/**
 * @param {HTMLElement} element
 * @param {{t: Translate}} options
 */
export function createColorScale(element, { t }) {
  const lowEnd = h("span", { class: "scale-end" });
  const highEnd = h("span", { class: "scale-end" });
  const bar = h("span", { class: "scale-bar" });
  const range = h("div", { class: "scale-range" }, lowEnd, bar, highEnd);
  const names = h("ul", { class: "scale-classes" });
  const sentence = h("p", { class: "scale-text" });
  const root = h("div", { class: "scale-view" }, range, names, sentence);
  element.append(root);
  let shown = "";

  function paintInk() {
    const { classes } = readThemeColors();
    for (const [k, mark] of root.querySelectorAll(".scale-mark").entries()) {
      /** @type {HTMLElement} */ (mark).style.color = inkOn(classes[k % classes.length]);
    }
  }

  return {
    /** @param {ScaleModel} model */
    update({ low, high, labels, ends = [], discretize = false }) {
      const key = JSON.stringify([low, high, labels, ends, discretize]);
      if (key === shown) return;
      shown = key;
      const isClasses = labels.length > 0;
      range.hidden = isClasses;
      names.hidden = !isClasses;
      bar.classList.toggle("is-discrete", discretize);
      setText(lowEnd, ends[0] || formatShort(low));
      setEndText(highEnd, ends[1] || (low === -high ? `+${formatShort(high)}` : formatShort(high)));
      names.replaceChildren(
        ...labels.map((name, k) => {
          const mark = h("span", {
            class: "scale-mark",
            "data-class": k % 8,
            "aria-hidden": "true",
          });
          mark.textContent = String(k + 1);
          return h("li", {}, mark, name);
        }),
      );
      paintInk();
      setText(sentence, t(isClasses ? "map.colors_classes" : "map.colors"));
    },

    theme: paintInk,

    destroy() {
      root.remove();
    },
  };
}
