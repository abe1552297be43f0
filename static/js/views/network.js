/**
 * The drawing of the network, live: features, hidden layers and outputs with all weights between them.
 *
 * @import {Translate} from "../i18n.js"
 * @import {Frame} from "../protocol.js"
 * @import {Layout} from "../layout.js"
 * @import {Component, EditRequest, NetworkModel, Target} from "../parts/network-model.js"
 *
 * @typedef {object} NetworkOptions
 * @property {Translate} t
 * @property {(target: Target | null) => void} onHover
 * @property {(edit: EditRequest) => void} onEdit
 * @property {(feature: Component) => void} onToggleFeature
 * @property {(feature: Component | null) => void} onFormula A formula is to be changed, or added.
 * @property {(layer: number, delta: 1 | -1) => void} onUnits
 * @property {(layer: number, component: Component) => void} onActivation
 * @property {(delta: 1 | -1) => void} onLayers
 * @property {(layer: number, unit: number) => void} onRevive
 * @property {() => void} onFailure a part of it could not be fetched
 * @property {boolean} [reducedMotion]
 */

import { h, setText } from "../dom.js";
import { formatCount, formatWeight } from "../format.js";
import { computeLayout, naturalHeight } from "../layout.js";
import { createCallouts } from "../parts/callouts.js";
import { oncePerFrame } from "../parts/canvas.js";
import { createColumns } from "../parts/network-columns.js";
import { MOST_DRAWN } from "../parts/links.js";
import { createNetworkCanvas } from "../parts/network-canvas.js";
import { createInteraction } from "../parts/network-interaction.js";
import { fits, shapeOf, showsLayerControls } from "../parts/network-model.js";
import { createZoom } from "../parts/network-zoom.js";
import { createStepper } from "../parts/stepper.js";
import { readThemeColors } from "../parts/theme-colors.js";
import { throttle } from "../timing.js";
import { length, sizeOf } from "../magnification.js";

const SIDE_PADDING = 18;
const LABEL_GAP = 10;
const LEAST_RIGHT = 36;
/** On a phone every pixel beside the drawing is one less between its columns. */
const NARROW = { width: 520, left: 14, right: 14 };
const NAMES_MS = 1000;
/** Heights of the controls above a layer, as the style sheet has them. */
const CONTROL = 26;
const TOUCH_CONTROL = 34;

/**
 * @param {HTMLElement} element
 * @param {NetworkOptions} options
 */
export function createNetwork(element, options) {
  const { t, onLayers } = options;
  const stillness = matchMedia("(prefers-reduced-motion: reduce)");
  const touch = matchMedia("(pointer: coarse)");
  /** Whether the page is one column, as high as it must be. */
  const scrolls = matchMedia("(width <= 860px)");
  const painter = createNetworkCanvas(element.dataset.worker ?? "");
  const stage = h("div", { class: "network-stage" }, painter.canvas);
  const scroller = h("div", { class: "network-scroller" }, stage);
  const layersStepper = createStepper(onLayers);
  layersStepper.element.classList.add("network-layers");
  const caption = h("p", { class: "network-caption", hidden: true });
  const root = h("div", { class: "network-view" }, scroller, caption, layersStepper.element);
  element.append(root);

  const zoom = createZoom(scroller, stage, sharpen);
  const columns = createColumns(stage, options);
  const callouts = createCallouts(stage, { t });
  const interaction = createInteraction({
    ...options,
    root,
    stage,
    columns,
    painter,
    onChange: () => redraw.request(),
    onUse: () => callouts.dismiss(),
  });
  /** @type {NetworkModel | null} */
  let model = null;
  /** @type {Layout | null} */
  let layout = null;
  /** @type {Frame | null} */
  let latest = null;
  let placed = "";
  let enlarged = 1;
  /** What was measured last: asking in the middle of a change lays out all of the page.
   * @type {{labels: {left: number, right: number}, width: number, height: number} | null} */
  let known = null;
  /** @type {Map<string, string>} */
  let marked = new Map();

  const redraw = oncePerFrame(paint);
  /** The latest frame, when it belongs to the network as it now is. */
  const usable = () => (layout && latest && fits(latest, layout) ? latest : null);

  function paint() {
    if (!layout || !model) return;
    const still = options.reducedMotion ?? stillness.matches;
    painter.paint(usable(), model.playing && !still);
  }

  /** As sharp as the screen, however much two fingers enlarge it. @param {number} to */
  function sharpen(to) {
    enlarged = to;
    if (!model || !layout) return;
    painter.use(model, layout, enlarged);
    paint();
  }

  function updateLayersStepper(/** @type {NetworkModel} */ { layers, limits, ...rest }) {
    layersStepper.element.hidden = !showsLayerControls({ layers, limits, ...rest });
    layersStepper.update({
      text: t("network.layers", { count: layers.length }),
      less: t("network.remove_layer"),
      more: t("network.add_layer"),
      lessLimit: layers.length === 0 ? t("network.least_layers") : "",
      moreLimit:
        layers.length >= limits.layers ? t("network.most_layers", { count: limits.layers }) : "",
    });
  }

  function arrange() {
    if (!model) return;
    const shape = shapeOf(model);
    known ??= { labels: columns.measure(), ...sizeOf(root) };
    const { labels, width, height } = known;
    const control = touch.matches ? TOUCH_CONTROL : CONTROL;
    const natural = scrolls.matches ? naturalHeight(shape, Math.floor(width), control) : 0;
    // Whole pixels, or it would scroll by a part of one; and as high as it will be with what it asks for.
    const size = { width: Math.floor(width), height: Math.floor(Math.max(height, natural)) };
    root.style.minHeight = natural > 0 ? length(natural) : "";
    const isNarrow = scrolls.matches && size.width < NARROW.width;
    const room = {
      ...size,
      squeezes: !scrolls.matches,
      left: (isNarrow ? NARROW.left : SIDE_PADDING) + labels.left + LABEL_GAP,
      control,
      right: Math.max(
        isNarrow ? NARROW.right : LEAST_RIGHT,
        labels.right > 0 ? labels.right + LABEL_GAP + SIDE_PADDING : 0,
      ),
    };
    if (room.width === 0) return;
    const key = JSON.stringify([shape, room, devicePixelRatio]);
    if (key === placed && layout) {
      painter.use(model, layout, enlarged);
      columns.place(layout);
      return;
    }
    placed = key;
    const before = layout;
    layout = computeLayout(shape, room);
    const still = options.reducedMotion ?? stillness.matches;
    const hasOtherSize = before?.width !== layout.width || before?.height !== layout.height;
    const glides = !still && !hasOtherSize;
    zoom.reset();
    stage.style.width = length(layout.width);
    stage.style.height = length(layout.height);
    // For the size that it has on paper.
    element.style.setProperty("--width", `${layout.width}`);
    element.style.setProperty("--depth", `${layout.depth}`);
    painter.use(model, layout, enlarged, glides);
    columns.place(layout, glides);
    callouts.place(layout);
    interaction.use(model, layout);
    const frame = usable(); // after a change of size none may come for long
    if (frame) interaction.frame(frame);
    const hidden = layout.links.count - MOST_DRAWN;
    caption.hidden = hidden <= 0;
    const counts = { shown: formatCount(MOST_DRAWN), all: formatCount(layout.links.count) };
    setText(caption, t("network.strongest", counts));
  }

  function nameUnits() {
    if (!model || !layout) return;
    const frame = usable();
    const { biases } = layout;
    const first = [0];
    for (const column of layout.columns.slice(1))
      first.push(first[first.length - 1] + column.x.length);
    columns.name(model, (layer, unit) =>
      frame ? formatWeight(frame.parameters[biases[first[layer] + unit]], 2) : null,
    );
  }

  function prepare(/** @type {NetworkModel} */ next) {
    model = next;
    if (columns.update(model)) known = null;
    updateLayersStepper(model);
  }

  const nameSoon = throttle(nameUnits, NAMES_MS);

  function refresh() {
    if (!model) return;
    arrange();
    nameUnits();
    paint();
  }

  painter.theme(readThemeColors());

  return {
    /** @param {NetworkModel} newModel */
    update(newModel) {
      prepare(newModel);
      interaction.model(newModel);
      refresh();
    },

    /** The first half of an update, for which nothing is measured. */
    prepare,

    /** @param {Frame} frame */
    frame(frame) {
      latest = frame;
      redraw.cancel();
      paint();
      if (!usable()) return;
      interaction.frame(frame);
      nameSoon();
    },

    /**
     * Crosses out units, instead of those that were.
     *
     * @param {{layer: number, unit: number, text: string}[]} marks
     */
    mark(marks) {
      const next = new Map(marks.map(({ layer, unit, text }) => [`${layer}:${unit}`, text]));
      const isSame = next.size === marked.size && [...next].every(([k, v]) => marked.get(k) === v);
      if (isSame) return;
      marked = next;
      columns.mark(marked);
      nameUnits();
    },

    resize() {
      known = null;
      refresh();
    },

    /** What is to be seen, for a picture; null before there is a network. */
    state: () => (model && layout ? { model, layout, frame: usable() } : null),

    still: interaction.still,
    told: painter.told,

    theme() {
      painter.theme(readThemeColors());
      paint();
    },

    destroy() {
      redraw.cancel();
      interaction.destroy();
      painter.destroy();
      root.remove();
    },
  };
}
