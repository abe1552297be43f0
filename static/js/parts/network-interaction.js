// Pointer and keyboard in the drawing: what is under the pointer, emphasis, and the cards.

/**
 * @import {Translate} from "../i18n.js"
 * @import {Frame} from "../protocol.js"
 * @import {Layout} from "../layout.js"
 * @import {createColumns} from "./network-columns.js"
 * @import {Component, EditRequest, NetworkModel, Target} from "./network-model.js"
 * @import {NetworkCanvas} from "./network-canvas.js"
 * @import {Anchor, Row} from "./weight-card.js"
 *
 * @typedef {{column: number, row: number}} Place of a tile
 * @typedef {{kind: "link", index: number} | ({kind: "tile"} & Place) | ({kind: "bias"} & Place)} Hit
 */

import { biasCorner, biasSize, hitLink, parameterIndex } from "../layout.js";
import { formatWeight } from "../format.js";
import { createLate } from "../late.js";
import { linkWidth } from "./links.js";
import { drawnFeatures, receiverName, sourceName, targetAt, unitName } from "./network-model.js";
import { createWeightCard } from "./weight-card.js";
import { magnification } from "../magnification.js";
import { throttle } from "../timing.js";

const NAME_MS = 1000;
const REACH = { mouse: 6, touch: 14 };

/**
 * @param {object} options
 * @param {Translate} options.t
 * @param {HTMLElement} options.root
 * @param {HTMLElement} options.stage
 * @param {ReturnType<typeof createColumns>} options.columns
 * @param {NetworkCanvas} options.painter
 * @param {(target: Target | null) => void} options.onHover
 * @param {(edit: EditRequest) => void} options.onEdit
 * @param {(feature: Component) => void} options.onToggleFeature
 * @param {(layer: number, unit: number) => void} options.onRevive
 * @param {() => void} options.onChange something looks different now
 * @param {() => void} options.onFailure a part could not be fetched
 * @param {() => void} options.onUse the first interaction, and every other
 */
export function createInteraction(options) {
  const { t, root, stage, columns, painter } = options;
  const { onHover, onEdit, onToggleFeature, onRevive, onChange, onUse } = options;
  const { canvas } = painter;
  /** @type {NetworkModel} */
  let model;
  /** @type {Layout} */
  let layout;
  /** @type {Float32Array} */
  let parameters = new Float32Array(0);
  /** @type {Hit | null} */
  let pointed = null;
  /** @type {Hit | null} */
  let pinned = null;
  /** What is pointed at does not count. */
  let still = false;
  let shown = "";
  /** @type {HTMLElement | undefined} */
  let marked;

  const card = createWeightCard(root, {
    t,
    onEdit,
    onField({ layer, to, from }) {
      const isOne = (/** @type {number} */ i) =>
        links.layer[i] === layer && links.to[i] === to && links.from[i] === from;
      const { links } = layout;
      painter.choose(from === null ? pinned && chosenLinks(pinned) : isOne);
      onChange();
    },
    onClose() {
      pinned = null;
      shown = "";
      emphasise();
    },
  });

  const weightLayers = () => {
    const units = layout.columns.slice(1).map(({ x }) => x.length);
    const inputs = [drawnFeatures(model).filter(({ active }) => active).length, ...units];
    return { inputs, units };
  };

  /** @type {(layer: number, to: number, from: number | null) => number} */
  const parameterOf = (layer, to, from) => {
    const { inputs, units } = weightLayers();
    return parameterIndex(inputs, units, layer, to, from);
  };

  /** Shows what matters now: the pinned thing, or else what is pointed at. */
  function emphasise() {
    const hit = pinned ?? (still ? null : pointed);
    const key = JSON.stringify(hit);
    if (key === shown) return;
    shown = key;
    painter.choose(hit && chosenLinks(hit));
    marked?.classList.remove("is-shown");
    marked = hit && hit.kind !== "link" ? columns.tile(hit.column, hit.row) : undefined;
    marked?.classList.add("is-shown");
    const isTile = hit && hit.kind !== "link";
    onHover(isTile ? targetAt(model, hit.column, hit.row) : null);
    onChange();
  }

  /**
   * @param {Hit} hit
   * @returns {((index: number) => boolean) | null}
   */
  function chosenLinks(hit) {
    const { layer, from, to } = layout.links;
    if (hit.kind === "link") return (index) => index === hit.index;
    const { column, row } = hit;
    const source = column === 0 ? activeIndex(row) : row;
    if (column === 0 && source < 0) return null;
    return (index) =>
      (layer[index] === column - 1 && to[index] === row) ||
      (layer[index] === column && from[index] === source);
  }

  /** @param {number} row */
  function activeIndex(row) {
    const drawn = drawnFeatures(model);
    return drawn[row]?.active ? drawn.slice(0, row).filter(({ active }) => active).length : -1;
  }

  /**
   * @param {{offsetX: number, offsetY: number}} event
   * @param {string} pointer
   * @returns {Hit | null}
   */
  function hitAt({ offsetX, offsetY }, pointer) {
    const [x, y] = [offsetX / magnification(), offsetY / magnification()];
    const size = biasSize(layout.tile);
    const margin = pointer === "touch" ? 8 : 3;
    for (let column = 1; column < layout.columns.length; column++) {
      const { x: lefts, y: tops } = layout.columns[column];
      for (let row = 0; row < lefts.length; row++) {
        const corner = biasCorner(lefts[row], tops[row], layout.tile);
        const dx = x - corner.x;
        const dy = y - corner.y;
        const isIn = Math.min(dx, dy) >= -margin && Math.max(dx, dy) <= size + margin;
        if (isIn) return { kind: "bias", column, row };
      }
    }
    const thickness = (/** @type {number} */ index) =>
      linkWidth(parameters[layout.links.parameter[index]] ?? 0);
    const reach = pointer === "touch" ? REACH.touch : REACH.mouse;
    return hitLink(layout.links, x, y, reach, thickness);
  }

  /**
   * @param {Hit} hit
   * @param {number} x
   * @param {number} y
   * @returns {Anchor} the place pointed at, and the tiles that it is about
   */
  function around(hit, x, y) {
    const box = { left: x - 6, right: x + 6, top: y - 6, bottom: y + 6 };
    /** @type {Place[]} */
    const places = [];
    if (hit.kind === "link") {
      const layer = layout.links.layer[hit.index];
      const from = layout.links.from[hit.index];
      places.push({ column: layer + 1, row: layout.links.to[hit.index] });
      places.push({ column: layer, row: layer > 0 ? from : rowOfActive(from) });
    } else places.push(hit);
    const tiles = places.flatMap(({ column, row }) => columns.tile(column, row) ?? []);
    return { box, avoid: tiles.map((tile) => tile.getBoundingClientRect()) };
  }

  /** @param {number} index among the active features */
  function rowOfActive(index) {
    const drawn = drawnFeatures(model);
    return drawn.indexOf(drawn.filter(({ active }) => active)[index]);
  }

  /**
   * @param {Hit & {kind: "link" | "bias"}} hit
   * @returns {Row}
   */
  function rowOf(hit) {
    if (hit.kind === "bias") return biasRow(hit.column - 1, hit.row);
    const { layer, to, from } = layout.links;
    return weightRow(layer[hit.index], to[hit.index], from[hit.index]);
  }

  /** @type {(layer: number, to: number) => Row} */
  function biasRow(layer, to) {
    const name = t("edit.bias_of", { to: receiverName(t, model, layer, to) });
    const parameter = parameterOf(layer, to, null);
    return { label: t("edit.bias"), name, layer, to, from: null, parameter };
  }

  /** @type {(layer: number, to: number, from: number) => Row} */
  function weightRow(layer, to, from) {
    const names = {
      from: sourceName(t, model, layer, from),
      to: receiverName(t, model, layer, to),
    };
    const label = t("edit.from", names);
    const name = t("edit.weight", names);
    return { label, name, layer, to, from, parameter: parameterOf(layer, to, from) };
  }

  /**
   * @param {Place} place
   * @param {HTMLElement} tile
   */
  function openUnit({ column, row }, tile) {
    const layer = column - 1;
    const inputs = weightLayers().inputs[layer];
    const rows = [biasRow(layer, row)];
    for (let from = 0; from < inputs; from++) rows.push(weightRow(layer, row, from));
    const mark = columns.markOf(layer, row);
    const note = mark
      ? {
          text: mark,
          action: t("edit.revive"),
          tip: t("edit.tip_revive"),
          onAction: () => onRevive(layer, row),
        }
      : null;
    const what = { title: unitName(t, model, layer, row), rows, note };
    card.edit(what, parameters, { box: tile.getBoundingClientRect() });
    pinned = { kind: "tile", column, row };
    emphasise();
  }

  /**
   * @param {EventTarget | null} target
   * @returns {{place: Place, tile: HTMLElement} | null}
   */
  function tileOf(target) {
    const tile = target instanceof Element ? target.closest(".network-tile") : null;
    if (!(tile instanceof HTMLElement)) return null;
    const place = { column: Number(tile.dataset.column), row: Number(tile.dataset.row) };
    return { place, tile };
  }

  function onPointerMove(/** @type {PointerEvent} */ event) {
    if (!layout || event.pointerType === "touch") return;
    const found = tileOf(event.target);
    if (found) {
      pointed = { kind: "tile", ...found.place };
      card.closeHint();
    } else {
      const onCanvas = event.target === canvas && parameters.length > 0;
      const hit = onCanvas ? hitAt(event, event.pointerType) : null;
      const isNew = JSON.stringify(hit) !== JSON.stringify(pointed);
      pointed = hit;
      canvas.style.cursor = hit ? "pointer" : "";
      if (!hit) card.closeHint();
      else if (isNew && (hit.kind === "link" || hit.kind === "bias")) {
        const row = rowOf(hit);
        const text = (/** @type {string} */ value) => t("edit.is", { name: row.name, value });
        const anchor = around(hit, event.clientX, event.clientY);
        card.tell({ text, parameter: row.parameter }, parameters, anchor);
      }
    }
    emphasise();
  }

  function onPointerLeave() {
    pointed = null;
    card.closeHint();
    if (layout) emphasise();
  }

  function onClick(/** @type {MouseEvent} */ event) {
    if (!layout) return;
    onUse();
    const found = tileOf(event.target);
    if (found) {
      if (found.place.column === 0) onToggleFeature(drawnFeatures(model)[found.place.row].feature);
      else if (parameters.length > 0) openUnit(found.place, found.tile);
      return;
    }
    if (event.target !== canvas || parameters.length === 0) return;
    const { pointerType = "mouse" } = /** @type {PointerEvent} */ (event);
    const hit = hitAt(event, pointerType);
    if (hit?.kind !== "link" && hit?.kind !== "bias") return;
    openParameter(hit, event.clientX, event.clientY);
  }

  /** @param {Hit & {kind: "link" | "bias"}} hit @param {number} x @param {number} y */
  function openParameter(hit, x, y) {
    const row = rowOf(hit);
    card.edit({ title: row.name, rows: [{ ...row, label: "" }] }, parameters, around(hit, x, y));
    pinned = hit;
    emphasise();
  }

  function onFocusIn(/** @type {FocusEvent} */ event) {
    const found = tileOf(event.target);
    if (!found || !layout || !found.tile.matches(":focus-visible")) return;
    columns.rove(found.place.column, found.place.row);
    pointed = { kind: "tile", ...found.place };
    emphasise();
  }

  function onFocusOut(/** @type {FocusEvent} */ event) {
    if (!tileOf(event.target) || tileOf(event.relatedTarget)) return;
    pointed = null;
    if (layout) emphasise();
  }

  function onKeyDown(/** @type {KeyboardEvent} */ event) {
    if (event.key === "Escape") card.closeHint();
    const found = tileOf(event.target);
    if (!found || event.ctrlKey || event.altKey || event.metaKey) return;
    const { column, row } = found.place;
    const isAcross = event.key === "ArrowLeft" || event.key === "ArrowRight";
    if (event.shiftKey && isAcross && parameters.length > 0) {
      event.preventDefault();
      walk.use((walk) => walk.from(found.place, event.key === "ArrowLeft" ? "in" : "out"));
      return;
    }
    if (event.key === "F2") found.tile.click();
    const last = columns.size(column) - 1;
    /** @type {Record<string, [number, number]>} */
    const moves = {
      ArrowUp: [column, Math.max(0, row - 1)],
      ArrowDown: [column, Math.min(last, row + 1)],
      ArrowLeft: [Math.max(0, column - 1), row],
      ArrowRight: [Math.min(layout.columns.length - 1, column + 1), row],
      Home: [column, 0],
      End: [column, last],
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    columns.tile(move[0], Math.min(move[1], columns.size(move[0]) - 1))?.focus();
  }

  /** Where a link begins or ends. @type {(index: number, end: "from" | "to") => Place} */
  const endOf = (index, end) => {
    const { layer, from, to } = layout.links;
    if (end === "to") return { column: layer[index] + 1, row: to[index] };
    return { column: layer[index], row: layer[index] > 0 ? from[index] : rowOfActive(from[index]) };
  };

  const walk = createLate(async () => {
    const { createWeightWalk } = await import("../late-parts.js");
    return createWeightWalk({
      t,
      stage,
      layout: () => layout,
      name(index) {
        const row = rowOf({ kind: "link", index });
        const values = { name: row.name, value: formatWeight(parameters[row.parameter]) };
        if (row.layer === model.layers.length) return t("walk.output_weight", values);
        return t("walk.weight", { ...values, layer: row.layer + 1 });
      },
      end: endOf,
      onChoose(index) {
        pointed = index === null ? null : { kind: "link", index };
        emphasise();
      },
      onEdit: editLink,
      onLeave: ({ column, row }) => columns.tile(column, row)?.focus(),
    });
  }, options.onFailure);
  const renameWeight = throttle(() => walk.now?.refresh(), NAME_MS);

  /** @param {number} index @param {HTMLElement} mark */
  function editLink(index, mark) {
    const { left, right, top, bottom } = mark.getBoundingClientRect();
    openParameter({ kind: "link", index }, (left + right) / 2, (top + bottom) / 2);
  }

  stage.addEventListener("pointermove", onPointerMove);
  stage.addEventListener("pointerleave", onPointerLeave);
  stage.addEventListener("click", onClick);
  stage.addEventListener("focusin", onFocusIn);
  stage.addEventListener("focusout", onFocusOut);
  stage.addEventListener("keydown", onKeyDown);

  return {
    /** @param {NetworkModel} newModel */
    model(newModel) {
      model = newModel;
    },

    /**
     * The drawing has changed: what was open and emphasised may be no more.
     *
     * @param {NetworkModel} newModel
     * @param {Layout} newLayout
     */
    use(newModel, newLayout) {
      [model, layout] = [newModel, newLayout];
      parameters = new Float32Array(0);
      pointed = pinned = null;
      card.close();
      walk.now?.close();
      emphasise();
    },

    /** @param {Frame} frame */
    frame(frame) {
      parameters = frame.parameters;
      card.refresh(parameters);
      if (walk.now) renameWeight();
    },

    /** @param {boolean} on On paper nothing is pointed at. */
    still(on) {
      still = on;
      if (layout) emphasise();
    },

    destroy: () => card.destroy(),
  };
}
