/** The points of a table as the map will show them. */

import { css, signed } from "../color.js";
import { h } from "../dom.js";
import { formatShort } from "../format.js";
import { plotPoints } from "../import/dataset.js";
import { readThemeColors } from "../parts/theme-colors.js";

/** @import {Translate} from "../i18n.js" */
/** @import {Selection} from "../import/selection.js" */

const SIZE = 240;
const EXTENT = 6;

/** @param {{t: Translate}} options */
export function createScatter({ t }) {
  const canvas = h("canvas", { class: "import-scatter", role: "img" });
  const across = h("span", {});
  const upwards = h("span", {});
  const element = h(
    "figure",
    { class: "import-figure" },
    h("span", { class: "import-axis import-axis-x2" }, upwards),
    canvas,
    h("span", { class: "import-axis" }, across),
  );

  return {
    element,

    /**
     * @param {Selection | null} selection
     * @param {{x1: string, x2: string}} names
     */
    update(selection, names) {
      const context = canvas.getContext("2d");
      const ratio = Math.max(1, Math.min(3, devicePixelRatio));
      canvas.width = canvas.height = Math.round(SIZE * ratio);
      across.textContent = names.x1;
      upwards.textContent = names.x2;
      const count = selection?.target.length ?? 0;
      canvas.setAttribute("aria-label", t("import.picture", { points: count, ...names }));
      element.hidden = count === 0;
      if (!context || !selection || count === 0) return;
      const { axes, x1, x2, target } = plotPoints(selection);
      across.textContent = rangeText(names.x1, axes[0]);
      upwards.textContent = rangeText(names.x2, axes[1]);
      const scale = canvas.width / (2 * EXTENT);
      const radius = (count > 1000 ? 1.4 : count > 300 ? 2 : 2.6) * ratio;
      const color = colorsOf(selection);
      for (let i = 0; i < count; i++) {
        context.fillStyle = color(target[i]);
        context.beginPath();
        context.arc((x1[i] + EXTENT) * scale, (EXTENT - x2[i]) * scale, radius, 0, 2 * Math.PI);
        context.fill();
      }
    },
  };

  /** @param {string} name @param {{low: number, high: number}} axis what it has at its ends */
  function rangeText(name, { low, high }) {
    const span = high - low;
    const margin = span / 12; // the points leave one
    const exact = (/** @type {number} */ value) => (Math.round((1e6 * value) / span) * span) / 1e6;
    const [from, to] = [formatShort(exact(low + margin)), formatShort(exact(high - margin))];
    return t("import.range", { name, low: from, high: to });
  }
}

/**
 * @param {Selection} selection
 * @returns {(target: number) => string}
 */
function colorsOf({ as, classes }) {
  const palette = readThemeColors();
  if (as === "numbers") return (value) => css(signed(palette, value));
  if (classes.length === 2) return (k) => css(signed(palette, k ? 1 : -1));
  return (k) => css(palette.classes[k % palette.classes.length]);
}
