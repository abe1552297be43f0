/** Figures of what a formula says: steps downhill, and the strength of a signal through many layers. */

import { css } from "../color.js";
import { setText } from "../dom.js";
import { formatShort } from "../format.js";
import { formatExact } from "../insights.js";
import { createPlot, rule, strokeThrough, write } from "../parts/plot.js";
import { createSignalPlot } from "../parts/signal-plot.js";
import { linearScale } from "../scale.js";
import { controlsOf, createFigure, createReading, slider } from "./figure.js";
import { descend, fateOf, layerFactor, signalThrough } from "./formulas.js";

/** @import {Translate} from "../i18n.js" */
/** @import {Paper} from "../parts/plot.js" */

const REACH = 4;
const START = -3;
const STEPS = 12;
const BOX = { left: 34, right: 12, top: 8, bottom: 18 };

/** @param {{t: Translate}} options */
export function createDescentFigure({ t }) {
  let rate = 0.3;
  const reading = createReading();

  const plot = createPlot({
    name: "descent-plot",
    label: t("article.labels.descent"),
    draw: (paper) => drawDescent(paper, descend(rate, START, STEPS)),
  });
  function show() {
    const factor = formatExact(Math.abs(1 - rate));
    setText(reading, t(`article.readings.descent.${fateOf(rate)}`, { factor }));
    plot.redraw();
  }
  const knob = slider({
    label: t("article.controls.rate"),
    range: [0.05, 2.2],
    step: 0.05,
    value: rate,
    format: formatShort,
    onChange: (value) => {
      rate = value;
      show();
    },
  });
  return createFigure("descent", t("article.sections.learning.caption"), {
    body: [plot.element, controlsOf(knob), reading],
    start: show,
    theme: plot.theme,
  });
}

/**
 * @param {Paper} paper
 * @param {number[]} path
 */
function drawDescent(paper, path) {
  const { context, width, height, colors } = paper;
  const bottom = height - BOX.bottom;
  const across = linearScale([-REACH, REACH], [BOX.left, width - BOX.right]);
  const up = linearScale([0, (REACH * REACH) / 2], [bottom, BOX.top]);
  const place = (/** @type {number} */ w) =>
    /** @type {[number, number]} */ ([across.map(w), up.map((w * w) / 2)]);
  for (const tick of [0, 4, 8]) {
    rule(paper, [BOX.left, up.map(tick)], [width - BOX.right, up.map(tick)]);
    write(paper, formatShort(tick), [BOX.left - 5, up.map(tick)], { align: "right" });
  }
  for (const tick of [-4, -2, 0, 2, 4]) {
    write(paper, formatShort(tick), [across.map(tick), bottom + 10]);
  }
  context.strokeStyle = css(colors.muted);
  context.lineWidth = 1.6;
  const valley = Array.from({ length: 81 }, (_, i) => place(-REACH + (2 * REACH * i) / 80));
  strokeThrough(context, valley);
  const seen = path.filter((w) => Math.abs(w) <= REACH * 1.01);
  context.strokeStyle = css(colors.accent, 0.7);
  context.lineWidth = 1.4;
  strokeThrough(context, seen.map(place));
  for (const [i, w] of seen.entries()) {
    context.beginPath();
    context.arc(...place(w), i === 0 ? 5 : 3.5, 0, 2 * Math.PI);
    context.fillStyle = css(i === 0 ? colors.surface : colors.accent);
    context.fill();
    context.strokeStyle = css(i === 0 ? colors.ink : colors.surface);
    context.lineWidth = i === 0 ? 1.8 : 1.2;
    context.stroke();
  }
}

const UNITS = 32;
const LAYERS = 30;

/** @param {{t: Translate}} options */
export function createStartFigure({ t }) {
  const he = Math.sqrt(2 / UNITS);
  let std = Math.sqrt(1 / UNITS);
  const reading = createReading();
  const plot = createSignalPlot({
    label: t("article.labels.start"),
    output: String(LAYERS),
  });
  function show() {
    const factor = layerFactor(std, UNITS);
    plot.update(signalThrough(factor, LAYERS), signalThrough(layerFactor(he, UNITS), LAYERS));
    const fate = Math.abs(factor - 1) < 0.01 ? "keeps" : factor < 1 ? "vanishes" : "explodes";
    const values = {
      factor: formatShort(Number(factor.toPrecision(3))),
      total: formatExact(Number((factor ** LAYERS).toPrecision(2))),
    };
    setText(reading, t(`article.readings.start.${fate}`, values));
  }
  const knob = slider({
    label: t("article.controls.sigma"),
    range: [0.05, 1],
    step: 0.001,
    value: std,
    log: true,
    format: (value) => formatShort(Number(value.toPrecision(2))),
    onChange: (value) => {
      std = value;
      show();
    },
  });
  return createFigure("start", t("article.sections.start.caption"), {
    body: [plot.element, controlsOf(knob), reading],
    start: show,
    theme: plot.theme,
  });
}
