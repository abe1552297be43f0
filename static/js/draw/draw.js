/**
 * Drawing points on the decision map: by pointer, with one finger, and by keyboard. A stroke shows at once; when
 * it ends it is one change of the experiment, and so one undo.
 *
 * @import {Translate} from "../i18n.js"
 * @import {Points} from "../protocol.js"
 * @import {Dot, Place} from "./dots.js"
 *
 * @typedef {object} Surroundings
 * @property {HTMLElement} plot
 * @property {HTMLElement} place where the brushes are put
 * @property {Translate} t
 * @property {(changes: Record<string, any>) => void} onStroke
 * @property {() => void} onChange what is to be shown is something else
 * @property {() => void} onDone
 * @property {() => Now | null} now
 *
 * @typedef {object} Now
 * @property {Record<string, any>} spec
 * @property {number} run
 * @property {number} outputs
 * @property {Points | null} points those of the experiment, once they are there
 * @property {boolean} isAnswered whether no change is under way
 */

import styles from "../../css/late/draw.css";
import texts from "../../i18n/en.draw.json" with { type: "json" };
import { h } from "../dom.js";
import { formatWeight } from "../format.js";
import { addStyles } from "../late.js";
import { dataValue } from "../axes.js";
import { FEWEST_POINTS, MOST_POINTS, OWN } from "../own-points.js";
import { EXTENT, labelKind } from "../parts/map-model.js";
import { createBrushBar } from "./brush-bar.js";
import { changeOf, dotsOf, erased, nearest, pointsOf, spray } from "./dots.js";

addStyles(styles);

/** Points of one stroke are so far apart, in plot units; sprays by as much of their radius. */
const SPACING = 0.4;
const SPRAY_SPACING = 0.7;

/** @param {Surroundings} surroundings */
export function createDraw({ plot, place, t, onStroke, onChange, onDone, now }) {
  t.add(texts);
  const bar = createBrushBar({ t, onClear: clear, onDone, onChange: showBrush });
  const ring = h("span", { class: "map-brush", hidden: true });
  let active = false;
  /** @type {Dot[]} */
  let dots = [];
  /** What the dots were made of; null when they are to be made anew. @type {unknown} */
  let origin = null;
  /** What was sent last, and may not have been answered yet. */
  let sent = "";
  /** @type {Points | null} */
  let shown = null;
  let message = "";
  /** Where the stroke that is being drawn has come to. @type {Place | null} */
  let last = null;
  /** Where the keyboard is. @type {Place} */
  let cursor = { x1: 0, x2: 0 };

  // --- what is there ------------------------------------------------------------------------------

  const run = () => now()?.run ?? 0;
  const isNumeric = () => labelKind(now()?.spec.problem ?? "") === "numbers";

  /**
   * Takes over what the server says, unless what is drawn here is newer.
   *
   * @param {boolean} [refused] nothing is
   */
  function follow(refused = false) {
    const known = now();
    if (refused) origin = null;
    if (!active || !known || last || !known.isAnswered || !known.points) return;
    const { dataset } = known.spec;
    if (origin === known.points) return;
    const isNews = !dots.length || dataset.points !== sent || dataset.kind !== OWN;
    origin = known.points;
    if (isNews) message = "";
    dots = dotsOf(dataset, known.points);
    sent = dataset.points ?? "";
    redraw();
  }

  function redraw() {
    shown = pointsOf(dots, run());
    onChange();
    showBar();
  }

  function showBar() {
    const known = now();
    if (!known) return;
    const { spec, outputs } = known;
    const names = spec.dataset.class_names ?? [];
    const labels = labelKind(spec.problem);
    bar.update({
      labels,
      classes: labels === "classes" || labels === "labels" ? outputs : 2,
      names,
      write: (value) => formatWeight(dataValue(spec.dataset, "target", value), 3),
      count: count(),
      message: message || (spec.noise > 0 ? t("draw.noise") : ""),
    });
  }

  const count = () => t("draw.count", { count: dots.length });

  // --- what is done to it -------------------------------------------------------------------------

  /** @param {Place} at */
  function put(at) {
    const brush = bar.brush;
    const added = spray(at, brush).slice(0, Math.max(0, MOST_POINTS - dots.length));
    if (!added.length) message = t("draw.full");
    dots = [...dots, ...added];
  }

  /** One step of a stroke. @param {Place} at */
  function stroke(at) {
    const from = last ?? at;
    const { tool, radius } = bar.brush;
    if (tool === "eraser") {
      dots = erased(dots, from, at, radius);
      last = at;
    } else {
      const step = Math.max(SPACING, radius * SPRAY_SPACING);
      if (last && Math.hypot(at.x1 - from.x1, at.x2 - from.x2) < step) return;
      put(at);
      last = at;
    }
    redraw();
  }

  /** Sends what has been drawn, as one change. */
  function send() {
    const known = now();
    if (!known) return;
    if (dots.length < FEWEST_POINTS) {
      message = t("draw.few");
      redraw();
      return;
    }
    const changes = changeOf(dots, known.spec, isNumeric());
    if (changes.dataset.points === sent) return;
    sent = changes.dataset.points;
    onStroke(changes);
  }

  function clear() {
    dots = [];
    sent = "";
    message = t("draw.few");
    redraw();
  }

  // --- by pointer ---------------------------------------------------------------------------------

  /** @param {PointerEvent} event @returns {Place} */
  function placeOf({ clientX, clientY }) {
    const { left, top, width, height } = plot.getBoundingClientRect();
    const inside = (/** @type {number} */ value) => Math.min(EXTENT, Math.max(-EXTENT, value));
    return {
      x1: inside(((clientX - left) / width) * 2 * EXTENT - EXTENT),
      x2: inside(EXTENT - ((clientY - top) / height) * 2 * EXTENT),
    };
  }

  /** @param {PointerEvent} event */
  function onDown(event) {
    if (event.button !== 0 || !event.isPrimary) return;
    plot.setPointerCapture(event.pointerId);
    message = "";
    stroke(placeOf(event));
  }

  /** @param {PointerEvent} event */
  function onMove(event) {
    if (!event.isPrimary) return;
    const at = placeOf(event);
    if (last) for (const each of event.getCoalescedEvents?.() ?? []) stroke(placeOf(each));
    if (last) stroke(at);
    ring.style.left = `${((at.x1 + EXTENT) / (2 * EXTENT)) * 100}%`;
    ring.style.top = `${((EXTENT - at.x2) / (2 * EXTENT)) * 100}%`;
    ring.hidden = bar.brush.radius === 0 || event.pointerType === "touch";
  }

  function onUp() {
    if (!last) return;
    last = null;
    send();
  }

  const onLeave = () => (ring.hidden = true);

  function showBrush() {
    ring.style.width = ring.style.height = `${(bar.brush.radius / EXTENT) * 100}%`;
    ring.classList.toggle("is-eraser", bar.brush.tool === "eraser");
  }

  // --- by keyboard --------------------------------------------------------------------------------

  /** @param {Event} event */
  const onCursor = (event) => (cursor = /** @type {CustomEvent<Place>} */ (event).detail);

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const digit = Number(event.key);
    if (event.key === "Enter" || event.key === " ") putOne();
    else if (event.key === "Delete" || event.key === "Backspace") eraseOne();
    else if (event.key === "Escape") onDone();
    else if (event.key.toLowerCase() === "e") bar.use("eraser");
    else if (digit >= 1) bar.choose(digit - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function putOne() {
    if (bar.brush.tool === "eraser") {
      eraseOne();
      return;
    }
    if (dots.length >= MOST_POINTS) {
      bar.say(t("draw.full"));
      return;
    }
    dots = [...dots, ...spray(cursor, { radius: 0, target: bar.brush.target })];
    const dataset = now()?.spec.dataset;
    const [x1, x2] = /** @type {const} */ (["x1", "x2"]).map((axis) =>
      formatWeight(dataValue(dataset, axis, cursor[axis]), 2),
    );
    message = t("draw.placed", { what: bar.name, x1, x2, count: count() });
    redraw();
    send();
  }

  function eraseOne() {
    const found = nearest(dots, cursor, Math.max(SPACING, bar.brush.radius));
    dots = dots.filter((dot) => dot !== found);
    message = found ? t("draw.removed", { count: count() }) : t("draw.nothing");
    redraw();
    if (found) send();
  }

  // --- on and off ---------------------------------------------------------------------------------

  const LISTENERS = /** @type {[string, EventListener][]} */ ([
    ["pointerdown", onDown],
    ["pointermove", onMove],
    ["pointerup", onUp],
    ["pointercancel", onUp],
    ["pointerleave", onLeave],
    ["keydown", onKey],
  ]);

  return {
    get active() {
      return active;
    },

    /** What the map is to show in place of the server's points. */
    get points() {
      return active ? shown : null;
    },

    /** @param {boolean} on */
    toggle(on) {
      if (on === active) return;
      active = on;
      plot.classList.toggle("is-drawing", on);
      for (const [name, listener] of LISTENERS) {
        if (on) plot.addEventListener(name, listener);
        else plot.removeEventListener(name, listener);
      }
      if (on) {
        origin = null;
        sent = "";
        dots = [];
        message = "";
        document.addEventListener("map-point", onCursor);
        plot.append(ring);
        place.append(bar.element);
        showBrush();
        showBar();
        follow();
        // Below the bar that stays at the top of a phone's screen.
        place.scrollIntoView({ block: "nearest" });
        plot.focus({ preventScroll: true });
      } else {
        document.removeEventListener("map-point", onCursor);
        ring.remove();
        bar.element.remove();
        shown = null;
        last = null;
        onChange();
      }
    },

    follow,
    theme: () => bar.theme(),
  };
}
