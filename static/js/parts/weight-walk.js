/**
 * The weights by keyboard: one mark on the drawing that goes from link to link. From a neuron, Shift and an arrow
 * lead to what comes in or goes out; up and down go on among those, left and right to the neurons at both ends.
 *
 * @import {Translate} from "../i18n.js"
 * @import {Layout} from "../layout.js"
 *
 * @typedef {{column: number, row: number}} Place of a tile
 *
 * @typedef {object} Surroundings
 * @property {Translate} t
 * @property {HTMLElement} stage
 * @property {() => Layout} layout
 * @property {(index: number) => string} name of the link, with its value
 * @property {(index: number, end: "from" | "to") => Place} end
 * @property {(index: number | null) => void} onChoose the link that has the focus
 * @property {(index: number, mark: HTMLElement) => void} onEdit
 * @property {(place: Place) => void} onLeave
 */

import css from "../../css/late/weight-walk.css";
import texts from "../../i18n/en.walk.json" with { type: "json" };
import { h } from "../dom.js";
import { addStyles } from "../late.js";
import { length } from "../magnification.js";

addStyles(css);

/** @param {Surroundings} surroundings */
export function createWeightWalk({ t, stage, layout, name, end, onChoose, onEdit, onLeave }) {
  t.add(texts);
  let index = 0;
  /** The neuron whose weights are walked, and which. @type {{end: "from" | "to", place: Place}} */
  let home = { end: "to", place: { column: 1, row: 0 } };

  const mark = h("button", {
    type: "button",
    class: "network-weight",
    hidden: true,
    tabIndex: -1,
    "aria-roledescription": t("walk.role"),
    "aria-description": t("walk.keys"),
    onclick: () => onEdit(index, mark),
    onblur: () => {
      onChoose(null);
      // The card that edits gives the focus back.
      if (!stage.parentElement?.parentElement?.querySelector(".weight-card:popover-open"))
        mark.hidden = true;
    },
    onfocus: () => onChoose(index),
  });
  stage.append(mark);

  /** All weights of the neuron at home, from top to bottom. */
  function siblings() {
    const { links } = layout();
    const found = [];
    for (let i = 0; i < links.count; i++) {
      const { column, row } = end(i, home.end);
      if (column === home.place.column && row === home.place.row) found.push(i);
    }
    const height = home.end === "to" ? links.y0 : links.y1;
    return found.sort((a, b) => height[a] - height[b]);
  }

  /** @param {number} next */
  function show(next) {
    const { links } = layout();
    index = next;
    mark.hidden = false;
    mark.style.left = length((links.x0[index] + links.x1[index]) / 2);
    mark.style.top = length((links.y0[index] + links.y1[index]) / 2);
    mark.setAttribute("aria-label", name(index));
    if (document.activeElement === mark) onChoose(index);
    else mark.focus();
  }

  mark.addEventListener("keydown", (event) => {
    const { key, ctrlKey, altKey, metaKey } = event;
    if (ctrlKey || altKey || metaKey) return;
    const all = siblings();
    const at = all.indexOf(index);
    /** @type {Record<string, () => void>} */
    const moves = {
      ArrowUp: () => show(all[Math.max(0, at - 1)]),
      ArrowDown: () => show(all[Math.min(all.length - 1, at + 1)]),
      Home: () => show(all[0]),
      End: () => show(all[all.length - 1]),
      ArrowLeft: () => onLeave(end(index, "from")),
      ArrowRight: () => onLeave(end(index, "to")),
      Escape: () => onLeave(home.place),
      F2: () => onEdit(index, mark),
    };
    if (!moves[key]) return;
    event.preventDefault();
    event.stopPropagation();
    moves[key]();
  });

  return {
    /** @param {Place} place @param {"in" | "out"} side */
    from(place, side) {
      home = { end: side === "in" ? "to" : "from", place };
      const all = siblings();
      if (all.length) show(all[0]);
    },
    /** What it is has changed. */
    refresh() {
      if (!mark.hidden && index < layout().links.count) {
        const text = name(index);
        if (mark.getAttribute("aria-label") !== text) mark.setAttribute("aria-label", text);
      }
    },
    /** The drawing is another one. */
    close() {
      mark.hidden = true;
    },
  };
}
