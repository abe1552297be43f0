/** What a formula is over the plot, as the drawing of the network will show it. */

import { signedTable } from "../color.js";
import { h } from "../dom.js";
import { formatShort } from "../format.js";
import { createSheet, mapGain } from "../parts/unit-map.js";
import { readThemeColors } from "../parts/theme-colors.js";
import { decodeMap } from "../schema.js";

/** @import {DrawnFeature} from "#protocol" */

const SIDE = 32;
const SIZE = 96;

export function createFormulaPicture() {
  const canvas = h("canvas", { class: "formula-map", "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  const sheet = createSheet(1, SIDE);

  return {
    element: canvas,

    /** @param {DrawnFeature | null} drawn */
    update(drawn) {
      canvas.classList.toggle("is-empty", drawn === null);
      if (!drawn || !context) return;
      canvas.width = canvas.height = Math.round(SIZE * Math.min(3, devicePixelRatio));
      const table = signedTable(readThemeColors());
      sheet.paint(0, decodeMap(drawn.map), 0, mapGain(drawn.scale), table);
      sheet.flush();
      sheet.draw(context, 0, 0, 0, canvas.width);
    },

    /**
     * The smallest and the largest value on the plot.
     *
     * @param {DrawnFeature} drawn
     */
    range({ map, scale }) {
      const values = decodeMap(map);
      const number = (/** @type {number} */ level) => formatShort((level / 127) * scale);
      return { low: number(Math.min(...values)), high: number(Math.max(...values)) };
    },
  };
}
