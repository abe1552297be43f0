// The coloured ground of the decision map: values or class probabilities, made large without steps.

/**
 * @import {LabelKind} from "./map-model.js"
 * @import {ThemeColors} from "./theme-colors.js"
 */

import { mixClasses, paintLabels, paintPlanes, paintWinners, signedTable } from "../color.js";
import { createResampler } from "../resample.js";

/** Pixels along a side, of colours that pass smoothly into each other: the screen makes more of them unseen. */
const SIZE = 200;
/** Of the edges between two colours. */
const SHARP_SIZE = 300;

export function createRaster() {
  const canvas = document.createElement("canvas");
  canvas.className = "map-raster";
  canvas.setAttribute("aria-hidden", "true");
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser offers no 2D canvas.");

  /** @type {Map<string, ReturnType<typeof createResampler>>} */
  const resamplers = new Map();
  /** @type {Map<string, Float32Array>} */
  const buffers = new Map();
  /** @type {ThemeColors} */
  let colors;
  /** @type {Uint32Array[]} */
  let tables = [];
  let image = context.createImageData(1, 1);
  /** @type {Uint32Array} */
  let pixels = new Uint32Array(image.data.buffer);

  /** @param {number} size */
  function useSize(size) {
    if (canvas.width === size && image.width === size) return;
    canvas.width = canvas.height = size;
    image = /** @type {CanvasRenderingContext2D} */ (context).createImageData(size, size);
    pixels = new Uint32Array(image.data.buffer);
  }

  /**
   * @param {string} name
   * @param {number} length
   */
  function buffer(name, length) {
    const known = buffers.get(name);
    if (known?.length === length) return known;
    const made = new Float32Array(length);
    buffers.set(name, made);
    return made;
  }

  /**
   * @param {number} side
   * @param {number} size
   */
  function resampler(side, size) {
    const key = `${side} ${size}`;
    const made = resamplers.get(key) ?? createResampler(side, size);
    resamplers.set(key, made);
    return made;
  }

  /**
   * @param {ArrayLike<number>} grid
   * @param {number} side
   * @param {number} size
   * @param {string} name of the buffer for the result
   */
  function enlarge(grid, side, size, name) {
    const result = buffer(name, size * size);
    resampler(side, size).values(grid, result);
    return result;
  }

  const flush = () => context.putImageData(image, 0, 0);

  return {
    canvas,

    /** @param {ThemeColors} newColors */
    theme(newColors) {
      colors = newColors;
      tables = [signedTable(colors, false), signedTable(colors, true)];
    },

    /**
     * @param {Int8Array} map
     * @param {number} side
     * @param {number} gain
     * @param {boolean} discretize
     */
    paintNumbers(map, side, gain, discretize) {
      const size = discretize ? SHARP_SIZE : SIZE;
      useSize(size);
      const [table, strength] = discretize ? [tables[1], 1] : [tables[0], gain];
      resampler(side, size).colors(map, strength, table, pixels);
      flush();
    },

    /**
     * @param {readonly Int8Array[]} maps
     * @param {number} side
     * @param {LabelKind} labels
     * @param {boolean} discretize
     */
    paintClasses(maps, side, labels, discretize) {
      if (discretize) {
        useSize(SIZE);
        const large = maps.map((map, k) => enlarge(map, side, SIZE, `class ${k}`));
        if (labels === "classes") paintWinners(large, colors, pixels);
        else paintLabels(large, colors, pixels);
      } else {
        useSize(SIZE);
        const cells = side * side;
        const small = {
          red: buffer("red", cells),
          green: buffer("green", cells),
          blue: buffer("blue", cells),
          sum: buffer("sum", cells),
        };
        mixClasses(maps, colors, small);
        paintPlanes(
          {
            red: enlarge(small.red, side, SIZE, "large red"),
            green: enlarge(small.green, side, SIZE, "large green"),
            blue: enlarge(small.blue, side, SIZE, "large blue"),
          },
          pixels,
        );
      }
      flush();
    },

    /** Nothing is known yet. */
    clear() {
      useSize(SIZE);
      pixels.fill(tables[0][128]);
      flush();
    },
  };
}
