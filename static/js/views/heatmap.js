/**
 * The decision map: what the network answers at every point of the plane, and the samples on it.
 *
 * @import {Translate} from "../i18n.js"
 * @import {Frame} from "../protocol.js"
 * @import {Border} from "../panels.js"
 * @import {LabelKind, MapModel, Picture, ScaleModel} from "../parts/map-model.js"
 * @import {MapState} from "../pictures/map-picture.js"
 *
 * @typedef {object} HeatmapOptions
 * @property {Translate} t
 * @property {(scale: ScaleModel) => void} [onScale] what the colours mean has changed
 * @property {() => void} [onFailure] a part of it could not be fetched
 */

import { axisTicks, classNames, dataValue, nameOf } from "../axes.js";
import { h, setText } from "../dom.js";
import { formatShort } from "../format.js";
import { createLayer, oncePerFrame } from "../parts/canvas.js";
import { createAxes } from "../parts/map-axes.js";
import { drawBorder } from "../parts/map-border.js";
import { drawContours } from "../parts/map-contours.js";
import { createCrosshair } from "../parts/map-crosshair.js";
import { createLegend } from "../parts/map-legend.js";
import { colorLimit, hasClasses, labelKind, largestLabel } from "../parts/map-model.js";
import { drawPoints } from "../parts/map-points.js";
import { createRaster } from "../parts/map-raster.js";
import { readThemeColors } from "../parts/theme-colors.js";
import { mapGain } from "../parts/unit-map.js";
import { length, sizeOf } from "../magnification.js";

const CONTOUR_MS = 66;

/**
 * @param {HTMLElement} element
 * @param {HeatmapOptions} options
 */
export function createHeatmap(element, { t, onScale = () => {}, onFailure = () => {} }) {
  const raster = createRaster();
  const lines = createLayer("map-layer");
  const marks = createLayer("map-layer");
  const title = h("p", { class: "map-title", hidden: true });
  const plot = h("div", { class: "map-plot" }, raster.canvas, lines.canvas, marks.canvas, title);
  const note = h("p", { class: "map-note", hidden: true });
  const legend = createLegend({ t });
  const axes = createAxes({ t });
  const root = h("div", { class: "map-view" }, plot, ...axes.elements, note, legend.element);
  element.append(root);

  let colors = readThemeColors();
  raster.theme(colors);
  /** @type {MapModel | null} */
  let model = null;
  /** @type {Frame | null} */
  let latest = null;
  /** @type {Picture | null} */
  let picture = null;
  /** @type {LabelKind} */
  let labels = labelKind("");
  let size = 0;
  let largest = 0;
  let limit = 1;
  let contoured = 0;
  /** @type {Border | null} */
  let border = null;

  const crosshair = createCrosshair(plot, {
    t,
    reading: () => model && { frame: latest, picture, model },
    onFailure,
  });

  function markAll() {
    if (size === 0 || !model) return;
    marks.clear();
    const outside = drawMarks(marks.context, size);
    note.hidden = outside === 0;
    setText(note, t("map.outside", { count: outside }));
  }
  const paintMarks = oncePerFrame(markAll);

  /** @type {(context: CanvasRenderingContext2D, size: number) => number} how many samples are not seen */
  function drawMarks(context, size) {
    const outside = model ? drawPoints(context, size, model, colors, limit) : 0;
    if (border && !picture) drawBorder(context, size, border, colors);
    return outside;
  }

  /** Colours span -1 to 1; for numbers, what all labels and answers need. */
  function updateLimit() {
    const scale = latest?.outputScales[0] ?? 0;
    const next = labels === "numbers" ? colorLimit(limit, Math.max(largest, scale)) : 1;
    if (next === limit) return;
    limit = next;
    paintMarks.request();
  }

  function reportScale() {
    if (!model) return;
    const { classLabels, discretize } = model;
    const high = picture ? Math.max(1, picture.scale) : limit;
    const value = (/** @type {number} */ of) =>
      picture || labels !== "numbers" ? of : dataValue(model?.dataset, "target", of);
    onScale({
      low: value(-high),
      high: value(high),
      labels: !picture && hasClasses(labels) ? classLabels : [],
      ends: !picture && labels === "signs" ? classNames(model.dataset, ["", ""]) : [],
      discretize,
      several: labels === "labels",
    });
  }

  function paintGround() {
    if (!model) return;
    const { discretize } = model;
    if (picture) {
      raster.paintNumbers(picture.map, picture.side, mapGain(picture.scale), discretize);
      return;
    }
    if (!latest) {
      raster.clear();
      return;
    }
    updateLimit();
    const { outputs, side, outputScales } = latest;
    if (hasClasses(labels) && outputs.length > 1) {
      raster.paintClasses(outputs, side, labels, discretize);
    } else {
      raster.paintNumbers(outputs[0], side, Math.min(1, outputScales[0] / limit), discretize);
    }
  }

  /** @param {boolean} [hurry] do not wait for the next turn */
  function paintContours(hurry = true) {
    const now = performance.now();
    if (!hurry && now - contoured < CONTOUR_MS) return;
    contoured = now;
    lines.canvas.hidden = !model?.contours;
    lines.clear();
    if (size > 0) drawLines(lines.context, size);
  }

  /** @type {(context: CanvasRenderingContext2D, size: number) => void} */
  function drawLines(context, size) {
    if (!model?.contours) return;
    if (picture) {
      const { map, side, scale } = picture;
      if (scale > 0) drawContours(context, size, { maps: [map], side, scale }, "unit", colors);
    } else if (latest) {
      const { outputs, side, outputScales } = latest;
      const isMulti = hasClasses(labels) && outputs.length > 1;
      const [maps, scale] = [isMulti ? outputs : outputs.slice(0, 1), outputScales[0]];
      if (scale > 0) drawContours(context, size, { maps, side, scale }, labels, colors);
    }
  }

  function paintAll() {
    paintGround();
    paintContours();
    paintMarks.request();
    reportScale();
  }

  function measure() {
    const { width } = sizeOf(plot);
    if (width === 0) return;
    size = width;
    lines.resize(size, size);
    marks.resize(size, size);
  }

  return {
    plot,

    /** @param {MapModel} newModel */
    update(newModel) {
      if (newModel.points !== model?.points) {
        largest = largestLabel(newModel.points);
        limit = 1;
      }
      model = newModel;
      labels = labelKind(model.problem);
      const width = axes.update(model.dataset);
      if (width !== null) root.style.setProperty("--axis-width", length(width));
      if (size === 0 || width !== null) measure();
      legend.update(model);
      updateLimit();
      paintAll();
    },

    /** @param {Frame | null} frame null when there is none to show any more */
    frame(frame) {
      latest = frame;
      if (!picture) {
        paintGround();
        if (model?.contours) paintContours(false);
        if (labels === "numbers") reportScale();
      }
      crosshair.refresh();
    },

    /** @param {Picture | null} newPicture a unit or feature to show in place of the output */
    show(newPicture) {
      const isSame = newPicture?.title === picture?.title;
      picture = newPicture;
      title.hidden = !picture;
      plot.classList.toggle("is-unit", Boolean(picture));
      if (picture) {
        const range = formatShort(picture.scale);
        setText(title, t("map.title", { title: picture.title, range }));
      }
      paintGround();
      if (model?.contours) paintContours(!isSame);
      reportScale();
      if (isSame) return;
      crosshair.refresh(true);
      if (border) markAll(); // at once: it may be for paper
    },

    /** @param {Border | null} next a straight line over the output, instead of the one before */
    border(next) {
      if (JSON.stringify(next) === JSON.stringify(border)) return;
      border = next;
      paintMarks.request();
    },

    resize() {
      measure();
      paintAll();
    },

    /** What is to be seen, for a picture. @returns {MapState | null} */
    state: () =>
      model && {
        ground: raster.canvas,
        drawLines,
        drawMarks,
        title: picture?.title ?? "",
        axes: [nameOf(model.dataset, "x1"), nameOf(model.dataset, "x2")],
        ticks: (axis) => axisTicks(model?.dataset, axis ? "x2" : "x1"),
      },

    theme() {
      colors = readThemeColors();
      raster.theme(colors);
      paintAll();
    },

    destroy() {
      paintMarks.cancel();
      crosshair.destroy();
      root.remove();
    },
  };
}
