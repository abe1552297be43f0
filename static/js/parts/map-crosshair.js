// Reads the decision map at one place, under the pointer or moved with the arrow keys.

/**
 * @import {Translate} from "../i18n.js"
 * @import {Frame} from "../protocol.js"
 * @import {MapModel, Picture} from "./map-model.js"
 *
 * @typedef {{frame: Frame | null, picture: Picture | null, model: MapModel}} Reading
 */

import { dataValue, hasNames, hasUnits, nameOf } from "../axes.js";
import { h, setText } from "../dom.js";
import { createLate } from "../late.js";
import { formatPercent, formatWeight } from "../format.js";
import { EXTENT, hasClasses, labelKind, valueAt } from "./map-model.js";

const STEP = 0.25;
const LARGE_STEP = 1;
const REFRESH_MS = 100;
const MOST_CLASSES = 3;

/**
 * @param {HTMLElement} plot
 * @param {{t: Translate, reading: () => Reading | null, onFailure: () => void}} options `onFailure`: a part could
 *   not be fetched.
 */
export function createCrosshair(plot, { t, reading, onFailure }) {
  const cross = h("span", { class: "map-cross", hidden: true });
  const output = h("output", { class: "map-readout", hidden: true });
  // What the keyboard came to is said once; the read-out goes on while the network is trained.
  const said = h("p", { class: "map-said visually-hidden", role: "status" });
  output.setAttribute("aria-live", "off");
  plot.append(cross, output, said);
  plot.tabIndex = 0;
  plot.setAttribute("role", "application");
  plot.setAttribute("aria-label", t("map.label"));
  plot.setAttribute("aria-roledescription", t("map.role"));
  plot.dataset.arrows = "";

  /** @type {{x1: number, x2: number} | null} */
  let at = null;
  let refreshed = 0;
  /** The point that the keyboard has come to, in words. */
  let point = "";
  const points = createLate(async () => {
    const { createPointWalk } = await import("../late-parts.js");
    return createPointWalk({ t, model: () => reading()?.model ?? null });
  }, onFailure);

  /**
   * @param {{x1: number, x2: number}} place
   * @param {Record<string, any> | undefined} dataset
   */
  function placeText({ x1, x2 }, dataset) {
    const decimals = hasUnits(dataset) ? 3 : 2;
    const values = {
      x1: formatWeight(dataValue(dataset, "x1", x1), decimals),
      x2: formatWeight(dataValue(dataset, "x2", x2), decimals),
    };
    if (!hasNames(dataset)) return t("map.at", values);
    const names = { name1: nameOf(dataset, "x1"), name2: nameOf(dataset, "x2") };
    return t("map.at_named", { ...values, ...names });
  }

  /**
   * @param {Frame} frame
   * @param {MapModel} model
   */
  function outputText({ outputs, side, outputScales }, { problem, classLabels, dataset }) {
    const { x1, x2 } = /** @type {{x1: number, x2: number}} */ (at);
    const values = outputs.map((map, k) => valueAt(map, side, outputScales[k], x1, x2));
    if (!hasClasses(labelKind(problem)) || values.length === 1) {
      const isNumber = labelKind(problem) === "numbers";
      const value = isNumber ? dataValue(dataset, "target", values[0]) : values[0];
      const name = isNumber && nameOf(dataset, "target");
      const shown = formatWeight(value, 3);
      return name ? t("map.class", { name, share: shown }) : t("map.output", { value: shown });
    }
    return values
      .map((value, k) => ({ value, name: classLabels[k] ?? String(k + 1) }))
      .sort((a, b) => b.value - a.value)
      .slice(0, MOST_CLASSES)
      .map(({ value, name }) =>
        t("map.class", { name, share: formatPercent(Math.max(0, value), 0) }),
      )
      .join(" · ");
  }

  function text() {
    const now = reading();
    if (!at || !now) return "";
    const where = placeText(at, now.model.dataset);
    const place = point ? `${point}, ${where}` : where;
    if (now.picture) {
      const { map, side, scale } = now.picture;
      const value = formatWeight(valueAt(map, side, scale, at.x1, at.x2), 3);
      return `${place} · ${t("map.output", { value })}`;
    }
    return now.frame ? `${place} · ${outputText(now.frame, now.model)}` : place;
  }

  function refresh(hurry = false) {
    if (!at) return;
    const now = performance.now();
    if (!hurry && now - refreshed < REFRESH_MS) return;
    refreshed = now;
    setText(output, text());
  }

  /**
   * @param {number} x1
   * @param {number} x2
   * @param {boolean} spoken is it to be read aloud
   * @param {string} [name] what is there
   */
  function move(x1, x2, spoken, name = "") {
    at = { x1, x2 };
    point = name;
    cross.classList.toggle("is-point", name !== "");
    cross.hidden = output.hidden = false;
    cross.style.left = `${((x1 + EXTENT) / (2 * EXTENT)) * 100}%`;
    cross.style.top = `${((EXTENT - x2) / (2 * EXTENT)) * 100}%`;
    output.classList.toggle("is-top", x2 < -EXTENT / 3);
    refresh(true);
    setText(said, spoken ? (output.textContent ?? "") : "");
    document.dispatchEvent(new CustomEvent("map-point", { detail: at }));
  }

  function leave() {
    at = null;
    cross.hidden = output.hidden = true;
  }

  plot.addEventListener("pointermove", (event) => {
    const { left, top, width, height } = plot.getBoundingClientRect();
    const x1 = ((event.clientX - left) / width) * 2 * EXTENT - EXTENT;
    const x2 = EXTENT - ((event.clientY - top) / height) * 2 * EXTENT;
    if (Math.max(Math.abs(x1), Math.abs(x2)) <= EXTENT) move(x1, x2, false);
  });
  plot.addEventListener("pointerleave", leave);
  plot.addEventListener("blur", leave);
  plot.addEventListener("focus", () => {
    if (plot.matches(":focus-visible")) move(0, 0, true);
  });
  const limit = (/** @type {number} */ value) => Math.min(EXTENT, Math.max(-EXTENT, value));

  plot.addEventListener("keydown", (event) => {
    if (event.key === "PageDown" || event.key === "PageUp") {
      event.preventDefault();
      points.use((part) => {
        const next = part.next(event.key === "PageDown" ? 1 : -1);
        if (next) move(limit(next.x1), limit(next.x2), true, next.text);
      });
      return;
    }
    const step = event.shiftKey ? LARGE_STEP : STEP;
    /** @type {Record<string, [number, number]>} */
    const moves = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, step],
      ArrowDown: [0, -step],
    };
    const by = moves[event.key];
    if (!by) return;
    event.preventDefault();
    move(limit((at?.x1 ?? 0) + by[0]), limit((at?.x2 ?? 0) + by[1]), true);
  });

  return { refresh, destroy: leave };
}
