// A small square that stands for the plane: press or drag to pick a point, or use the arrow keys on its
// two sliders.

/** @import {Translate} from "../i18n.js" */
/** @import {Points} from "../protocol.js" */

import { css } from "../color.js";
import { h } from "../dom.js";
import { formatWeight } from "../format.js";
import { mapPoint } from "../map-point.js";
import { linearScale } from "../scale.js";
import { createSlider } from "../widgets.js";
import { drawMark, traceCircle } from "./map-points.js";
import { createPlot, rule } from "./plot.js";

const STEP = 0.1;
const MOST_POINTS = 400;
const RADIUS = 1.7;

/**
 * @param {{t: Translate, color: (label: number, colors: import("./theme-colors.js").ThemeColors) =>
 *   import("../color.js").Rgb}} options
 */
export function createPointPicker({ t, color }) {
  /** @type {Points | null} */
  let points = null;
  const { extent } = mapPoint;

  const plot = createPlot({
    name: "point-picker",
    draw(paper) {
      const { context, width, height, colors } = paper;
      const across = linearScale([-extent, extent], [0, width]);
      const up = linearScale([-extent, extent], [height, 0]);
      if (points) {
        const { x1, x2, label } = points.train;
        const step = Math.max(1, Math.ceil(x1.length / MOST_POINTS));
        context.strokeStyle = css(colors.muted); // so that a pale one is seen
        for (let i = 0; i < x1.length; i += step) {
          const [x, y] = [across.map(x1[i]), up.map(x2[i])];
          drawMark(context, x, y, RADIUS, [color(label[i], colors)], traceCircle);
        }
      }
      rule(paper, [width / 2, 0], [width / 2, height]);
      rule(paper, [0, height / 2], [width, height / 2]);
      const { x1, x2 } = mapPoint.value;
      const [x, y] = [across.map(x1), up.map(x2)];
      rule(paper, [x, 0], [x, height], css(colors.ink, 0.55));
      rule(paper, [0, y], [width, y], css(colors.ink, 0.55));
      context.beginPath();
      context.arc(x, y, 4.5, 0, 2 * Math.PI);
      context.fillStyle = css(colors.surface);
      context.fill();
      context.lineWidth = 2;
      context.strokeStyle = css(colors.ink);
      context.stroke();
    },
  });
  plot.element.setAttribute("aria-hidden", "true"); // the sliders do the same for everyone

  const slider = (/** @type {"x1" | "x2"} */ name) =>
    createSlider({
      control: {
        name,
        widget: "slider",
        label: "",
        help: "",
        minimum: -extent,
        maximum: extent,
        lowest: -extent,
        highest: extent,
        step: STEP,
        log: false,
        integer: false,
        options: null,
        default: 0,
      },
      label: t(`insights.output.${name}`),
      format: (value) => formatWeight(value, 2),
      onChange: (value) => mapPoint.set({ [name]: value }),
    });
  const sliders = { x1: slider("x1"), x2: slider("x2") };

  const pick = (/** @type {PointerEvent} */ event) => {
    const { left, top, width, height } = plot.element.getBoundingClientRect();
    mapPoint.set({
      x1: ((event.clientX - left) / width) * 2 * extent - extent,
      x2: extent - ((event.clientY - top) / height) * 2 * extent,
    });
  };
  plot.element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    plot.element.setPointerCapture(event.pointerId);
    pick(event);
  });
  plot.element.addEventListener("pointermove", (event) => {
    if (plot.element.hasPointerCapture(event.pointerId)) pick(event);
  });

  const show = () => {
    const { x1, x2 } = mapPoint.value;
    sliders.x1.update(x1);
    sliders.x2.update(x2);
    plot.redraw();
  };
  show();

  return {
    element: h(
      "div",
      { class: "picker" },
      plot.element,
      h("div", { class: "picker-sliders sliders" }, sliders.x1.element, sliders.x2.element),
    ),
    show,
    /** @param {Points | null} next */
    points(next) {
      points = next;
      plot.redraw();
    },
    theme: plot.theme,
    destroy: plot.destroy,
  };
}
