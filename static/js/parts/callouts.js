// Three short texts that say what the pictures, the lines and the large map are, until the first interaction.

/**
 * @import {Translate} from "../i18n.js"
 * @import {Layout} from "../layout.js"
 */

import { h } from "../dom.js";
import { length } from "../magnification.js";

const KEY = "network-callouts";
const WIDTH = 132;
/** How far the text reaches to the right of its arrow. */
const REACH = 140;
/** The text of five lines, as Spanish has. */
const HEIGHT = 104;
/** Room below the last tile for the bend of the arrow. */
const BELOW = 14;
/** Where the map is to the right of the drawing. */
const BESIDE = "(width > 860px)";

/**
 * @param {HTMLElement} stage
 * @param {{t: Translate}} options
 */
export function createCallouts(stage, { t }) {
  const unit = callout(t("network.callout_unit"));
  const weights = callout(t("network.callout_weights"));
  const map = callout(t("network.callout_map"));
  map.classList.add("points-right");
  const all = [unit, weights, map];
  let isSeen = recall();
  stage.append(...all);

  return {
    /** @param {Layout} layout */
    place({ columns, links, tile, width, height, spacing }) {
      for (const element of all) element.hidden = true;
      if (isSeen || spacing < WIDTH + 16) return;
      const bottom = height - 60;
      /** Where texts are already. */
      let [taken, above, low] = [0, 0, 0];
      const lowest = (/** @type {number} */ index) => {
        const { y } = columns[index];
        return y.length > 0 ? y[y.length - 1] + tile : 0;
      };
      for (let index = 1; index < columns.length - 1; index++) {
        const { center } = columns[index];
        const isPastMiddle = (center + columns[index + 1].center) / 2 < center + REACH;
        const beside = isPastMiddle ? lowest(index + 1) : lowestMiddle(links, index);
        const top = Math.max(lowest(index), beside) + BELOW;
        if (top + HEIGHT > bottom) continue;
        [taken, above] = [center - 4, top];
        put(unit, taken, top);
        break;
      }
      for (let index = columns.length - 1; index > 1; index--) {
        const top = Math.max(lowestMiddle(links, index - 1) + 4, 0);
        const center = (columns[index].center + columns[index - 1].center) / 2;
        const isFree = unit.hidden || Math.abs(taken - center) > REACH + 10;
        const isBelow = top + HEIGHT <= bottom && lowest(index) < top + 12;
        if (!isBelow || !isFree) continue;
        low = top;
        put(weights, Math.min(center, width - REACH), top);
        break;
      }
      const last = columns.length - 1;
      const left = width - REACH - 12;
      let under = weights.hidden ? lowest(last) : low + HEIGHT;
      if (!unit.hidden && left < taken + REACH) under = Math.max(under, above + HEIGHT);
      // Left of their middle the links go down to the column that they come from.
      if (left < (columns[last].center + columns[last - 1].center) / 2) {
        under = Math.max(under, lowest(last - 1));
      }
      const top = Math.max(under + BELOW, height / 2);
      if (matchMedia(BESIDE).matches && top + HEIGHT <= bottom) put(map, left + 12, top);
    },

    dismiss() {
      if (isSeen) return;
      isSeen = true;
      for (const element of all) element.hidden = true;
      remember();
    },
  };
}

/**
 * The lowest height at which a link of a layer crosses the middle between its columns.
 *
 * @param {Layout["links"]} links
 * @param {number} wanted
 */
function lowestMiddle({ count, layer, y0, y1 }, wanted) {
  let lowest = 0;
  for (let i = 0; i < count; i++) {
    if (layer[i] === wanted) lowest = Math.max(lowest, (y0[i] + y1[i]) / 2);
  }
  return lowest;
}

/** @param {string} text */
function callout(text) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 30 30");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M22 28C9 27 7 17 9 5M4.5 9.5 9 4l5 5");
  svg.append(path);
  return h("div", { class: "network-callout", hidden: true }, svg, h("p", {}, text));
}

/**
 * @param {HTMLElement} element
 * @param {number} x
 * @param {number} y
 */
function put(element, x, y) {
  element.hidden = false;
  element.style.left = length(x);
  element.style.top = length(y);
}

function recall() {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false; // storage may be forbidden, as in some frames
  }
}

function remember() {
  try {
    localStorage.setItem(KEY, "seen");
  } catch {
    // then they are there again at the next visit
  }
}
