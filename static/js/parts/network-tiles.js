// The tiles of the network: features, hidden units and outputs, from their maps to pixels.

/**
 * @import {Context} from "./canvas.js"
 * @import {Drawing, Parts} from "./network-painter.js"
 * @import {ThemeColors} from "./theme-colors.js"
 * @import {Sheet} from "./unit-map.js"
 *
 * @typedef {"feature" | "unit" | "output"} TileKind
 * @typedef {ReturnType<typeof createTiles>} Tiles
 */

import { probabilityTable, signedTable } from "../color.js";
import { createSheet, mapGain } from "./unit-map.js";

/** How much of a feature is seen that is no input. */
export const OFF = 0.4;
const FEATURE_SIDE = 32;
const OUTPUT_SIDE = 50;

export function createTiles() {
  /** @type {Partial<Record<TileKind, Sheet>>} */
  const sheets = {};
  /** @type {Uint32Array} */
  let values = new Uint32Array(0);
  /** @type {Uint32Array} */
  let signs = values;
  /** @type {Uint32Array[]} */
  let probabilities = [];
  let isDiscrete = false;

  return {
    /**
     * Other colours or other features.
     *
     * @param {ThemeColors} colors
     * @param {Pick<Drawing, "features" | "discretize">} drawing
     */
    use(colors, { features, discretize }) {
      isDiscrete = discretize;
      values = signedTable(colors);
      signs = signedTable(colors, true);
      probabilities = colors.classes.map((color) => probabilityTable(colors, color, discretize));
      const sheet = createSheet(features.length, FEATURE_SIDE);
      for (const [row, { map, scale }] of features.entries()) {
        if (discretize) sheet.paintSigns(row, map, 0, values);
        else sheet.paint(row, map, 0, mapGain(scale), values);
      }
      sheet.flush();
      sheets.feature = sheet;
    },

    /** @param {Parts} parts */
    paint({ units, unitScales, unitSide, outputs, outputScales, side }) {
      if (sheets.unit?.side !== unitSide) sheets.unit = createSheet(unitScales.length, unitSide);
      sheets.output ??= createSheet(outputs.length, OUTPUT_SIDE);
      const { unit, output } = /** @type {Record<TileKind, Sheet>} */ (sheets);
      for (let i = 0; i < unitScales.length; i++) {
        const start = i * unitSide * unitSide;
        if (isDiscrete) unit.paintSigns(i, units, start, values);
        else unit.paint(i, units, start, mapGain(unitScales[i]), values);
      }
      for (let k = 0; k < outputs.length; k++) {
        const signed = isDiscrete ? signs : values;
        const table = outputs.length > 1 ? probabilities[k % probabilities.length] : signed;
        output.shrink(k, outputs[k], side, isDiscrete ? 1 : mapGain(outputScales[k]), table);
      }
      unit.flush();
      output.flush();
    },

    /** @type {(context: Context, kind: TileKind, index: number, x: number, y: number, size: number) => void} */
    draw(context, kind, index, x, y, size) {
      sheets[kind]?.draw(context, index, x, y, size);
    },
  };
}
