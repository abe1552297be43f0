// The drawing of the network as vectors: with the same layout, links and marks as on the page.

/**
 * @import {Translate} from "../i18n.js"
 * @import {Layout} from "../layout.js"
 * @import {Frame} from "../protocol.js"
 * @import {FeatureModel, NetworkModel} from "../parts/network-model.js"
 * @import {ThemeColors} from "../parts/theme-colors.js"
 * @import {TileKind} from "../parts/network-tiles.js"
 *
 * @typedef {{model: NetworkModel, layout: Layout, frame: Frame | null}} NetworkState What the view shows.
 */

import { css } from "../color.js";
import { contextOf } from "../parts/canvas.js";
import { createLinkPainter } from "../parts/links.js";
import { mathLabel } from "../parts/math-label.js";
import { drawBiases, drawSources, isSilent, strike } from "../parts/network-marks.js";
import { drawnFeatures } from "../parts/network-model.js";
import { OFF } from "../parts/network-tiles.js";
import { createTiles } from "../parts/network-tiles.js";
import { createVectors, escaped, picture, tag } from "./vectors.js";

/** Pixels of a tile's picture along its side. */
const SIDE = 64;
const ROUNDED = "rounded";
const TITLE = 18;
const LABEL = 15;
const SMALL = 11;

/**
 * @param {NetworkState} state
 * @param {{t: Translate, colors: ThemeColors}} options
 */
export function drawNetwork({ model, layout, frame }, { t, colors }) {
  const vectors = createVectors();
  const { context, add } = vectors;
  const features = drawnFeatures(model);
  const drawing = { layout, features, discretize: model.discretize };
  const links = createLinkPainter();
  links.theme(colors);
  links.use(layout.links);
  if (frame) links.paint(context, frame.parameters, null);
  drawSources(context, drawing, colors);

  const tiles = createTiles();
  tiles.use(colors, drawing);
  if (frame) tiles.paint(frame);
  const sheet = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
  const pen = contextOf(sheet);
  const { columns, tile } = layout;

  /** @type {(kind: TileKind, index: number, x: number, y: number, alpha?: number) => void} */
  function drawTile(kind, index, x, y, alpha) {
    pen.clearRect(0, 0, SIDE, SIDE);
    tiles.draw(pen, kind, index, 0, 0, SIDE);
    const at = { x, y, width: tile, height: tile, opacity: alpha };
    add(tag("image", { ...at, href: sheet.toDataURL(), "clip-path": `url(#${ROUNDED})` }));
  }

  add(
    tag(
      "clipPath",
      { id: ROUNDED, clipPathUnits: "objectBoundingBox" },
      tag("rect", { width: 1, height: 1, rx: 0.16 }),
    ),
  );
  let unit = 0;
  for (const [index, { x, y }] of columns.entries()) {
    const kind = index === 0 ? "feature" : index === columns.length - 1 ? "output" : "unit";
    for (let row = 0; row < x.length; row++) {
      if (kind === "feature") drawTile(kind, row, x[row], y[row], features[row].active ? 1 : OFF);
      else if (frame) drawTile(kind, kind === "output" ? row : unit++, x[row], y[row]);
      if (frame && kind === "unit" && isSilent(frame, unit - 1)) {
        strike(context, x[row], y[row], tile, colors);
      }
    }
  }
  if (frame) drawBiases(context, layout, frame.parameters, colors);
  writeAll();
  return picture(
    {
      width: layout.width,
      height: layout.height,
      title: t("pictures.network"),
      ground: css(colors.surface),
    },
    vectors.elements,
  );

  function writeAll() {
    const middle = { "text-anchor": "middle", fill: hex(colors.ink) };
    for (const [index, { center }] of columns.entries()) {
      const isHidden = index > 0 && index < columns.length - 1;
      const name = isHidden
        ? t("network.hidden", { layer: index })
        : t(index === 0 ? "network.features" : "network.output");
      const heading = { x: center, y: TITLE, ...middle, "font-weight": 600, "font-size": 13 };
      add(tag("text", heading, escaped(name)));
      if (!isHidden) continue;
      const { units, activation } = model.layers[index - 1];
      const kind = model.activations.find((entry) => entry.kind === activation.kind)?.label;
      const line = { x: center, ...middle, fill: hex(colors.muted), "font-size": SMALL };
      add(tag("text", { ...line, y: TITLE + 17 }, escaped(t("pictures.units", { count: units }))));
      add(tag("text", { ...line, y: TITLE + 31 }, escaped(kind ?? "")));
    }
    for (const [row, feature] of features.entries()) {
      const at = { x: columns[0].x[row] - 10, y: columns[0].y[row] + tile / 2 + 0.35 * LABEL };
      const look = { "text-anchor": "end", "font-size": LABEL, "font-family": "serif" };
      const fill = hex(feature.active ? colors.ink : colors.faint);
      add(tag("text", { ...at, ...look, fill }, mathSpans(feature.html)));
    }
    const outputs = columns[columns.length - 1];
    for (const [row, label] of model.outputs.labels.slice(0, model.outputs.count).entries()) {
      const at = { x: outputs.x[row] + tile + 10, y: outputs.y[row] + tile / 2 + 0.35 * 12 };
      add(tag("text", { ...at, fill: hex(colors.ink), "font-size": 12 }, escaped(label)));
    }
  }
}

/** @param {readonly number[]} rgb */
const hex = (rgb) =>
  `#${rgb.map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;

/**
 * A label with its indices and exponents. Programs other than browsers know no `baseline-shift`, so each
 * is moved, and what follows is moved back.
 *
 * @param {string} html
 */
function mathSpans(html) {
  let [written, shift] = ["", 0];
  const to = (/** @type {number} */ wanted) => {
    const dy = wanted - shift;
    shift = wanted;
    return dy || null;
  };
  const walk = (
    /** @type {Node} */ node,
    /** @type {number} */ level,
    /** @type {boolean} */ upright,
  ) => {
    for (const child of node.childNodes) {
      if (child instanceof HTMLElement) {
        const move = { SUB: 3.5, SUP: -5 }[child.tagName] ?? 0;
        walk(child, level + move, child.className === "math-name");
      } else if (child.textContent) {
        const size = level ? SMALL - 1 : null;
        const style = upright || /^[\d\W]*$/.test(child.textContent) ? null : "italic";
        const look = { dy: to(level), "font-size": size, "font-style": style };
        written += tag("tspan", look, escaped(child.textContent));
      }
    }
  };
  walk(mathLabel(html), 0, false);
  return written;
}
