/**
 * What stands under one layer of the drawing: its picture and its numbers.
 *
 * @import {Translate} from "../i18n.js"
 * @import {LayerHealth, Severity} from "./health-model.js"
 * @import {ThemeColors} from "./theme-colors.js"
 */

import { h, icon, setIcon, setText } from "../dom.js";
import { formatPercent, formatShort, formatWeight } from "../format.js";
import { createLayer } from "./canvas.js";
import { barLength, deathSeverity, isOneSided, saturationSeverity } from "./health-model.js";
import { drawHealth } from "./health-plot.js";
import { sizeOf } from "../magnification.js";

/** @type {Record<Severity, string>} */
const ICONS = { none: "check", good: "check", warning: "warning", danger: "close" };

/**
 * @param {{t: Translate, layer: number}} options
 */
export function createHealthCell({ t, layer }) {
  const picture = createLayer("health-plot");
  const plot = h("div", { class: "health-picture" }, picture.canvas);
  const saturated = createBadge();
  const dead = createBadge();
  const effectively = createBadge();
  const forward = createBar();
  const backward = createBar();
  const mean = h("dd", { class: "health-mean" });
  const title = h("p", { class: "health-title" }, t("network.hidden", { layer: layer + 1 }));
  const element = h(
    "div",
    {
      class: "health-cell",
      role: "group",
      "aria-label": t("network.hidden_layer", { layer: layer + 1 }),
    },
    title,
    plot,
    h(
      "dl",
      { class: "health-values" },
      ...[
        row(t("panels.health.saturated"), saturated.element),
        row(t("panels.health.dead"), dead.element),
        row(t("panels.health.effectively_dead"), effectively.element),
        row(t("panels.health.forward"), forward.element),
        row(t("panels.health.backward"), backward.element),
        row(t("panels.health.mean"), mean),
      ],
    ),
  );
  /** @type {LayerHealth | null} */
  let health = null;
  let [width, height] = [0, 0];

  return {
    element,

    /**
     * @param {LayerHealth} next
     * @param {{forward: [number, number], backward: [number, number]}} spans decades of the bars
     */
    update(next, spans) {
      health = next;
      const one = isOneSided(next.curve);
      saturated.show(next.saturated, saturationSeverity(next.saturated, one));
      dead.show(next.dead, deathSeverity(next.dead));
      effectively.show(next.effectively_dead, deathSeverity(next.effectively_dead));
      forward.show(next.forward, spans.forward);
      backward.show(next.backward, spans.backward);
      setText(mean, next.mean === null ? "–" : formatWeight(next.mean, 3));
    },

    /** @param {ThemeColors} colors */
    draw(colors) {
      if (!health || width === 0) return;
      drawHealth(picture.context, { width, height }, health, colors);
    },

    measure() {
      ({ width, height } = sizeOf(plot));
      if (width > 0) picture.resize(width, height);
    },
  };
}

/**
 * @param {string} name
 * @param {HTMLElement} value
 */
const row = (name, value) =>
  h("div", { class: "health-row" }, h("dt", { class: "visually-hidden" }, name), value);

function createBadge() {
  const mark = icon("check");
  const text = h("span");
  const badge = h("span", { class: "badge" }, mark, text);
  const element = h("dd", {}, badge);
  let shown = "";
  return {
    element,
    /** @param {number | null} share @param {Severity} severity */
    show(share, severity) {
      setText(text, share === null ? "–" : shareText(share));
      if (severity === shown) return;
      shown = severity;
      badge.dataset.severity = severity;
      setIcon(mark, ICONS[severity]);
    },
  };
}

/**
 * A whole percentage that says 0 and 100 only when that is so.
 *
 * @param {number} share
 */
const shareText = (share) =>
  share > 0 && share < 0.005
    ? "<1%"
    : share < 1 && share > 0.995
      ? ">99%"
      : formatPercent(share, 0);

function createBar() {
  const text = h("span", { class: "health-number" });
  const fill = h("span", { class: "health-fill" });
  const element = h(
    "dd",
    { class: "health-signal" },
    text,
    h("span", { class: "health-track", "aria-hidden": "true" }, fill),
  );
  return {
    element,
    /** @param {number | null} value @param {[number, number]} span */
    show(value, span) {
      setText(text, value === null ? "–" : formatShort(value));
      fill.style.transform = `scaleX(${barLength(value, span).toFixed(3)})`;
    },
  };
}
