/**
 * What the colours mean: a bar with the values at its ends, or the names of the classes; and how samples and weights
 * look that have them.
 *
 * @import {Translate} from "../i18n.js"
 * @import {LabelKind, ScaleModel} from "../parts/map-model.js"
 */

import { css, inkOn } from "../color.js";
import { h, setEndText, setText } from "../dom.js";
import { formatShort } from "../format.js";
import { createLayer } from "../parts/canvas.js";
import { NEGATIVE } from "../parts/links.js";
import { hasClasses } from "../parts/map-model.js";
import { drawSample } from "../parts/map-points.js";
import { readThemeColors } from "../parts/theme-colors.js";

const KEY = { width: 14, height: 14, line: 22 };

/**
 * A sample, as it is on the map; for a sign, with a weight beside it.
 *
 * @param {number} label
 * @param {LabelKind} labels
 */
function createKey(label, labels) {
  const { canvas, context, resize, clear } = createLayer("scale-key");
  const isClass = hasClasses(labels);
  return {
    canvas,
    paint() {
      const colors = readThemeColors();
      resize(KEY.width + (isClass ? 0 : KEY.line), KEY.height);
      clear();
      context.lineWidth = 1.1;
      const middle = KEY.height / 2;
      const isFirst = label < 0 || isClass;
      const x = isFirst ? middle : KEY.line + middle;
      const sample = { label, labels, limit: 1, isTest: false };
      drawSample(context, x, middle, 4.6, sample, colors);
      if (isClass) return;
      const from = isFirst ? KEY.width : 0;
      context.beginPath();
      context.moveTo(from, middle);
      context.lineTo(from + KEY.line - 2, middle);
      context.lineWidth = 2;
      context.strokeStyle = css(label < 0 ? colors.lines.negative : colors.lines.positive);
      context.setLineDash(label < 0 ? NEGATIVE : []);
      context.stroke();
      context.setLineDash([]);
    },
  };
}

/**
 * @param {HTMLElement} element
 * @param {{t: Translate}} options
 */
export function createColorScale(element, { t }) {
  const lowEnd = h("span", { class: "scale-end" });
  const highEnd = h("span", { class: "scale-end" });
  const bar = h("span", { class: "scale-bar" });
  const ends = [createKey(-1, "signs"), createKey(1, "signs")];
  const range = h(
    "div",
    { class: "scale-range" },
    ends[0].canvas,
    lowEnd,
    bar,
    highEnd,
    ends[1].canvas,
  );
  const names = h("ul", { class: "scale-classes" });
  const sentence = h("p", { class: "scale-text" });
  const root = h("div", { class: "scale-view" }, range, names, sentence);
  element.append(root);
  let shown = "";
  let keys = ends;

  function paint() {
    for (const key of keys) key.paint();
    const { classes } = readThemeColors();
    for (const [k, mark] of root.querySelectorAll(".scale-mark").entries()) {
      /** @type {HTMLElement} */ (mark).style.color = inkOn(classes[k % classes.length]);
    }
  }

  return {
    /** @param {ScaleModel} model */
    update({ low, high, labels, ends: named = [], discretize = false, several = false }) {
      const key = JSON.stringify([low, high, labels, named, discretize, several]);
      if (key === shown) return;
      shown = key;
      const isClasses = labels.length > 0;
      range.hidden = isClasses;
      names.hidden = !isClasses;
      bar.classList.toggle("is-discrete", discretize);
      setText(lowEnd, named[0] || formatShort(low));
      setEndText(
        highEnd,
        named[1] || (low === -high ? `+${formatShort(high)}` : formatShort(high)),
      );
      keys = isClasses
        ? labels.map((_, k) => (several ? createKey(1 << k, "labels") : createKey(k, "classes")))
        : ends;
      names.replaceChildren(
        ...labels.map((name, k) => {
          const mark = h("span", {
            class: "scale-mark",
            "data-class": k % 8,
            "aria-hidden": "true",
          });
          mark.textContent = String(k + 1);
          return h("li", {}, mark, keys[k].canvas, name);
        }),
      );
      paint();
      setText(sentence, t(isClasses ? "map.colors_classes" : "map.colors"));
    },

    theme: paint,

    destroy() {
      root.remove();
    },
  };
}
