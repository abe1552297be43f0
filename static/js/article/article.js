/** The article below the tool, which is fetched when one scrolls towards it. */

import css from "../../css/late/article.css";
import texts from "../../i18n/en.lessons.json" with { type: "json" };
import tryTexts from "../../i18n/en.try.json" with { type: "json" };
import { h } from "../dom.js";
import { experimentOf } from "../experiments.js";
import { addStyles } from "../late.js";
import { PANELS } from "../panels.js";
import "../parts/insight-styles.js";
import { scrollsByKeyboard } from "../scroll-box.js";
import { verdict } from "../parts/verdict.js";
import { createColorsFigure } from "./color-figure.js";
import { createActivationsFigure, createCurves, createLossesFigure } from "./curve-figures.js";
import { createDescentFigure, createStartFigure } from "./formula-figures.js";
import { createLayersFigure, createNeuronFigure } from "./map-figures.js";
import { richText } from "./rich-text.js";
import { SECTIONS } from "./sections.js";

/**
 * @import {Translate} from "../i18n.js"
 * @import {Catalog} from "../schema.js"
 * @import {Experiment} from "../experiments.js"
 * @import {Section} from "./sections.js"
 */

addStyles(css);

/** The points of the list on colours. */
const COLORS = ["points", "weights", "units", "map"];

/**
 * @param {HTMLElement} place
 * @param {{t: Translate, catalog: Catalog, onFailure: (text: string) => void,
 *   onOpen: (experiment: Experiment, from: HTMLElement) => void}} options
 */
export function createArticle(place, { t, catalog, onOpen, onFailure }) {
  t.add(texts, tryTexts);
  const activations = catalog.components.activation;
  const curves = createCurves(() => onFailure(t("article.failed")));
  const figures = {
    neuron: () => createNeuronFigure({ t, activations }),
    layers: () => createLayersFigure({ t, activations }),
    activations: () => createActivationsFigure({ t, activations, curves }),
    losses: () => createLossesFigure({ t, curves }),
    descent: () => createDescentFigure({ t }),
    start: () => createStartFigure({ t }),
    colors: () => createColorsFigure({ t }),
  };
  /** @type {((() => void) | undefined)[]} */
  const themes = [];

  /** @param {Section} section @param {string} part */
  function partOf({ id, figure }, part) {
    if (part === "figure") {
      const made = figures[/** @type {keyof typeof figures} */ (figure)]();
      themes.push(made.theme);
      return made.element;
    }
    if (part === "list") {
      const items = COLORS.map((name) => h("li", {}, t(`article.sections.${id}.list.${name}`)));
      return h("ul", {}, ...items);
    }
    if (part === "panels") return panels();
    const text = richText(t(`article.sections.${id}.${part}`));
    if (!part.startsWith("f")) return h("p", {}, ...text);
    const formula = h("div", { class: "lesson-formula formula" }, ...text);
    const title = t(`article.sections.${id}.title`);
    scrollsByKeyboard(formula, t("article.formula", { title, number: part.slice(1) }));
    return formula;
  }

  /** What there is below the network, in the words of its tabs. */
  const panels = () =>
    h(
      "dl",
      { class: "lesson-panels" },
      ...PANELS.map(({ id, title = `panels.${id}.title` }) =>
        h("div", {}, h("dt", {}, t(title)), h("dd", {}, t(`panels.tips.${id}`))),
      ),
    );

  /** @param {string} id */
  function tryButton(id) {
    const experiment = experimentOf(id);
    const button = h(
      "button",
      {
        type: "button",
        class: "lesson-try",
        "data-experiment": id,
        onclick: () => onOpen(experiment, button),
      },
      h(
        "span",
        { class: "lesson-try-head" },
        h("span", { class: "lesson-try-name" }, t(`try.items.${id}.name`)),
        verdict(t, experiment.works),
      ),
      h("span", { class: "lesson-try-why" }, t(`try.items.${id}.why`)),
    );
    return h("li", {}, button);
  }

  /** @param {Section} section */
  const sectionOf = (section) =>
    h(
      "section",
      { class: "lesson", id: `about-${section.id}`, tabIndex: -1 },
      h("h2", {}, t(`article.sections.${section.id}.title`)),
      ...section.parts.map((part) => partOf(section, part)),
      h("h3", { class: "lesson-try-title" }, t("article.try")),
      h("ul", { class: "lesson-tries" }, ...section.tries.map(tryButton)),
    );

  const contents = h(
    "nav",
    { class: "lesson-contents", "aria-label": t("article.contents") },
    h("p", { class: "lesson-contents-title" }, t("article.contents")),
    h(
      "ol",
      {},
      ...SECTIONS.map(({ id }) =>
        h("li", {}, h("a", { href: `#about-${id}` }, t(`article.sections.${id}.title`))),
      ),
    ),
  );
  insertAbove(place, [contents, ...SECTIONS.map(sectionOf)]);

  return {
    theme() {
      for (const theme of themes) theme?.();
    },
  };
}

/**
 * Fills a place without moving who is below it already, by scrolling or by keyboard: where the network is slow, somebody
 * is. Browsers that see to it by themselves do not for a place that was empty.
 *
 * @param {HTMLElement} place
 * @param {HTMLElement[]} elements
 */
function insertAbove(place, elements) {
  const root = document.documentElement;
  const { activeElement } = document;
  const below = () => place.getBoundingClientRect().bottom;
  const before = below();
  const isFocusBelow =
    activeElement !== null &&
    Boolean(place.compareDocumentPosition(activeElement) & Node.DOCUMENT_POSITION_FOLLOWING);
  root.style.overflowAnchor = "none"; // or some would move it twice
  place.append(...elements);
  if (before < 0 || isFocusBelow) scrollBy({ top: below() - before, behavior: "instant" });
  requestAnimationFrame(() => root.style.removeProperty("overflow-anchor"));
}
