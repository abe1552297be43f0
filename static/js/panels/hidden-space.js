/**
 * Hidden space: the samples and the grid of the input plane as a layer sees them, next to that plane.
 *
 * @import {DiagnosticEvent} from "#protocol"
 * @import {PanelModel, PanelOptions} from "../panels.js"
 * @import {BestLine, Collapse, Probe} from "../parts/space-readings.js"
 * @import {Scene} from "../parts/space-plot.js"
 * @import {Window} from "../parts/space-model.js"
 *
 * @typedef {object} Space What the server measures.
 * @property {number} layer
 * @property {number} units
 * @property {string} projection
 * @property {(number | null)[]} explained
 * @property {[number[], number[]]} train
 * @property {[number[], number[]]} test
 * @property {{points: number, x: number[], y: number[]}} grid
 * @property {{a: number, b: number, c: number, exact: boolean}[]} next
 * @property {Probe} probe
 */

import css from "../../css/late/hidden-space.css";
import { h, setText } from "../dom.js";
import { formatPercent } from "../format.js";
import { addStyles } from "../late.js";
import { oncePerFrame } from "../parts/canvas.js";
import { labelKind, largestLabel } from "../parts/map-model.js";
import { createSpaceControls } from "../parts/space-controls.js";
import { axisRange, between } from "../parts/space-model.js";
import { createSpacePlot } from "../parts/space-plot.js";
import { createSpaceReadings } from "../parts/space-readings.js";
import { createTerm } from "../parts/term.js";
import { readThemeColors } from "../parts/theme-colors.js";

addStyles(css);

const GLIDE_MS = 180;
const INPUT = -1;
const EXTENT = 6;
/** @type {Window} */
const PLANE = { x: [-EXTENT, EXTENT], y: [-EXTENT, EXTENT] };

/**
 * @param {HTMLElement} element
 * @param {PanelOptions} options
 */
export function createHiddenSpacePanel(element, { t, catalog, changed }) {
  const stillness = matchMedia("(prefers-reduced-motion: reduce)");
  const plane = createPlot(t("panels.space.plane"), t("panels.space.tip_plane"), true);
  const space = createPlot("", t("panels.space.tip_next"));
  const readings = createSpaceReadings({ t });
  const controls = createSpaceControls({
    t,
    catalog,
    onChange: () => {
      current = previous = null;
      changed();
    },
  });
  const root = h(
    "div",
    { class: "space" },
    controls.element,
    plane.element,
    space.element,
    readings.element,
  );
  element.append(root);

  let colors = readThemeColors();
  /** @type {PanelModel | null} */
  let model = null;
  /** @type {Space | null} */
  let current = null;
  /** Where the drawing comes from. @type {Space | null} */
  let previous = null;
  let arrived = 0;
  let run = NaN;
  /** @type {BestLine | null} */
  let best = null;
  /** @type {Probe | null} */
  let inputProbe = null;
  /** @type {Window | null} */
  let window = null;

  const paint = oncePerFrame(paintSpace);
  const ground = oncePerFrame(paintPlane);

  const isBinary = () => model?.spec.problem === "binary";
  const isLinear = () => {
    const layers = /** @type {{activation: any}[]} */ (model?.spec.layers ?? []);
    return layers.length > 0 && layers.every(({ activation }) => isIdentity(activation));
  };

  /** The parts of a scene that do not depend on where the samples are. */
  function looks() {
    const experiment = model?.experiment;
    const points = model?.points ?? null;
    return {
      points,
      labels: labelKind(String(experiment?.spec.problem ?? "")),
      limit: largestLabel(points) || 1,
      showTest: experiment?.view.show_test_data ?? false,
    };
  }

  function paintPlane() {
    const { points, labels, limit, showTest } = looks();
    if (!points) return;
    const { train, test } = points;
    /** @param {typeof train} samples */
    const samples = ({ x1, x2, label }) => ({ x: [...x1], y: [...x2], label });
    const line = best?.line;
    plane.draw(
      {
        window: PLANE,
        grid: straightGrid(),
        train: samples(train),
        test: showTest ? samples(test) : null,
        labels,
        limit,
        lines: line ? [{ a: line.w1, b: line.w2, c: line.b, dashed: false, strong: true }] : [],
        axes: { x: ["x₁"], y: ["x₂"] },
      },
      colors,
    );
  }

  function paintSpace() {
    const { points, labels, limit, showTest } = looks();
    if (!current || !points) return;
    const now = stillness.matches ? 1 : Math.min(1, (performance.now() - arrived) / GLIDE_MS);
    const from = previous ?? current;
    /** @type {(pick: (space: Space) => number[]) => number[]} */
    const at = (pick) => between(pick(from), pick(current ?? from), now);
    const shown = { train: points.train.label, test: points.test.label };
    window = {
      x: axisRange([current.train[0]], window?.x ?? null),
      y: axisRange([current.train[1]], window?.y ?? null),
    };
    space.draw(
      {
        window,
        grid: {
          x: at(({ grid }) => grid.x),
          y: at(({ grid }) => grid.y),
          points: current.grid.points,
        },
        train: {
          x: at(({ train }) => train[0]),
          y: at(({ train }) => train[1]),
          label: shown.train,
        },
        test: showTest
          ? { x: at(({ test }) => test[0]), y: at(({ test }) => test[1]), label: shown.test }
          : null,
        labels,
        limit,
        lines: current.next.map((line) => ({
          ...line,
          dashed: !line.exact,
          strong: current?.next.length === 1,
        })),
        axes: axisNames(current),
      },
      colors,
    );
    if (now < 1) paint.request();
  }

  /** @param {Space} of */
  function axisNames({ projection, explained, units }) {
    if (projection === "pca") {
      const [x, y] = explained.map((share, i) => {
        const values = { number: i + 1, share: formatPercent(share ?? 0, 0) };
        return [t("panels.space.component", values), t("panels.space.component_short", values)];
      });
      return { x, y: units > 1 ? y : [] };
    }
    const names = controls.unitNames(controls.choice().layer);
    const { x_unit, y_unit } = controls.choice();
    return { x: [names[x_unit]], y: units > 1 ? [names[y_unit]] : [] };
  }

  function showReadings() {
    const { layer } = controls.choice();
    const name = controls.layerName(layer);
    readings.update({
      layer: name,
      probe: current?.probe ?? null,
      best: isBinary() ? best : null,
      input: inputProbe,
      isInput: layer === INPUT,
    });
    space.title(current?.next.length ? t("panels.space.seen", { layer: name }) : name);
  }

  /** @param {DiagnosticEvent} event */
  function updateSpace(event) {
    const next = /** @type {Space} */ (/** @type {unknown} */ (event.data));
    const choice = controls.choice();
    const asked = /** @type {any} */ (event.diagnostic);
    if (asked.layer === INPUT) inputProbe = next.probe;
    if (Object.entries(choice).some(([key, value]) => asked[key] !== value)) return;
    const goesOn = event.run === run && current?.units === next.units;
    if (!goesOn) window = null;
    previous = goesOn ? current : null;
    run = event.run;
    current = next;
    arrived = performance.now();
  }

  return {
    wants() {
      /** @type {import("../panels.js").DiagnosticRequest} */
      const space = { kind: "hidden_space", ...controls.choice() };
      const wanted = [space];
      if (isBinary()) wanted.push({ kind: "best_line" });
      else if (space.layer !== INPUT) wanted.push({ ...PROBE });
      if (isLinear()) wanted.push({ kind: "linear_collapse" });
      return wanted;
    },

    /** @param {DiagnosticEvent} event */
    update(event) {
      const data = /** @type {any} */ (event.data);
      switch (event.diagnostic.kind) {
        case "hidden_space":
          updateSpace(event);
          break;
        case "best_line":
          best = data.accuracy === null ? null : /** @type {BestLine} */ (data);
          ground.request();
          break;
        case "linear_collapse":
          readings.collapse(/** @type {Collapse} */ (data), controls.unitNames(INPUT));
          break;
      }
      showReadings();
      paint.request();
    },

    /** @param {PanelModel} next */
    experiment(next) {
      const isOther = next.experiment.run !== model?.experiment.run;
      model = next;
      controls.update(next.spec, next.experiment.outputs);
      if (isOther) {
        current = previous = best = inputProbe = null;
        plane.clear();
        space.clear();
      }
      if (!isLinear()) readings.collapse(null, []);
      showReadings();
      paint.request();
      ground.request();
      changed();
    },

    resize() {
      plane.measure();
      space.measure();
      paint.request();
      ground.request();
    },

    theme() {
      colors = readThemeColors();
      paint.request();
      ground.request();
    },

    destroy() {
      paint.cancel();
      ground.cancel();
      root.remove();
    },
  };
}

/** The linear probe on the input, where no exact line is known. */
const PROBE = {
  kind: "hidden_space",
  layer: INPUT,
  projection: "pca",
  x_unit: 0,
  y_unit: 1,
  max_points: 10,
};

/** @param {{kind: string, alpha?: number}} activation */
const isIdentity = ({ kind, alpha }) => kind === "linear" || (kind === "leaky_relu" && alpha === 1);

function straightGrid() {
  /** @type {{x: number[], y: number[], points: number}} */
  const grid = { x: [], y: [], points: 2 };
  for (let at = -EXTENT; at <= EXTENT; at++) {
    grid.x.push(at, at, -EXTENT, EXTENT);
    grid.y.push(-EXTENT, EXTENT, at, at);
  }
  return grid;
}

/** @param {string} title @param {string} tip @param {boolean} [square] */
function createPlot(title, tip, square = false) {
  const plot = createSpacePlot({ square });
  const term = createTerm(title, tip);
  const room = h("div", { class: "space-room" }, plot.element);
  const element = h("div", { class: "space-plot" }, term, room);
  return {
    element,
    /** @param {string} text */
    title: (text) => setText(term, text),
    measure: () => plot.measure(room),
    clear: plot.clear,
    /** @type {typeof plot.draw} */
    draw: (scene, colors) => plot.draw(scene, colors),
  };
}
