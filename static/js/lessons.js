/**
 * What teaches: the list of experiments to try, the note beside one, the list of the keys, and the article. All of it
 * is fetched when it is first wanted.
 *
 * @import {Catalog} from "./schema.js"
 * @import {Experiment} from "./experiments.js"
 * @import {Translate} from "./i18n.js"
 * @import {Commands} from "./commands.js"
 */

import { h, icon, setTip } from "./dom.js";
import { createLate } from "./late.js";
import { iconButton } from "./popover.js";
import { hidingLink } from "./state.js";

/** How far ahead of the article it is fetched. */
const AHEAD = "600px";

/**
 * @param {HTMLElement} place where the buttons are
 * @param {{t: Translate, catalog: Catalog, commands: Commands, app: HTMLElement, article: HTMLElement, showPanel: (id: string) => void,
 *   view: () => {hidden: readonly string[], hide_text: boolean},
 *   onFailure: (text: string) => void}} options `view`: what is hidden of the page, and stays so.
 */
export function createLessons(place, options) {
  const { t, catalog, commands, app, article: text, showPanel, view, onFailure } = options;
  const failed = () => onFailure(t("help.failed"));
  const guide = createLate(async () => {
    const { createGuide } = await import("./late-parts.js");
    return createGuide(app, { t, onPlay: commands.play });
  }, failed);
  const tryThis = createLate(async () => {
    const { createTryThis } = await import("./late-parts.js");
    return createTryThis({ t, onOpen: (experiment) => open(experiment) });
  }, failed);
  const shortcuts = createLate(async () => {
    const { createShortcutsDialog } = await import("./late-parts.js");
    return createShortcutsDialog({ t });
  }, failed);
  const article = createLate(async () => {
    const { createArticle } = await import("./article/article.js");
    return createArticle(text, { t, catalog, onOpen: open, onFailure });
  }, failed);
  const near = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      near.disconnect();
      article.use(() => {});
    },
    { rootMargin: AHEAD },
  );
  // Who never scrolls needs none of it, however close it is.
  addEventListener("scroll", () => near.observe(text), { once: true, passive: true });

  /**
   * Puts an experiment in the place of the one on the page, and says what to look at.
   *
   * @param {Experiment} experiment
   * @param {HTMLElement | null} [from] What it was opened with, when that is in the text below.
   */
  function open(experiment, from = null) {
    const { hidden, hide_text } = view();
    commands.open(hidingLink(experiment.hash, [...hidden], hide_text));
    if (experiment.panel) showPanel(experiment.panel);
    scrollTo({ top: 0 });
    /** @type {HTMLElement | null} */ (app.querySelector(".play-button"))?.focus({
      preventScroll: true,
    });
    guide.use((part) => part.show(experiment, from));
  }

  const openList = () => tryThis.use((part) => part.open());
  const openKeys = () => shortcuts.use((part) => part.open());
  const list = h(
    "button",
    {
      type: "button",
      class: "stage-button",
      "aria-haspopup": "dialog",
      "aria-label": t("help.try"),
      onclick: openList,
    },
    icon("bulb"),
    h("span", {}, t("help.try")),
  );
  setTip(list, t("help.tip_try"));
  const keys = iconButton({
    label: t("help.keys"),
    icon: icon("keyboard"),
    class: "stage-button is-icon",
    onclick: openKeys,
  });
  keys.setAttribute("aria-haspopup", "dialog");
  place.append(list, keys);

  return { tryThis: openList, keys: openKeys, theme: () => article.now?.theme() };
}
