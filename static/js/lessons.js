/**
 * What teaches: the list of experiments to try, the note beside one, and the list of the keys. All of it is fetched
 * when it is first wanted.
 *
 * @import {Experiment} from "./experiments.js"
 * @import {Translate} from "./i18n.js"
 * @import {Commands} from "./commands.js"
 */

import { h, icon, setTip } from "./dom.js";
import { createLate } from "./late.js";
import { iconButton } from "./popover.js";
import { hidingLink } from "./state.js";

/**
 * @param {HTMLElement} place where the buttons are
 * @param {{t: Translate, commands: Commands, app: HTMLElement, showPanel: (id: string) => void,
 *   view: () => {hidden: readonly string[], hide_text: boolean},
 *   onFailure: (text: string) => void}} options `view`: what is hidden of the page, and stays so.
 */
export function createLessons(place, { t, commands, app, showPanel, view, onFailure }) {
  const failed = () => onFailure(t("help.failed"));
  const guide = createLate(async () => {
    const { createGuide } = await import("./late-parts.js");
    return createGuide({ t, onPlay: commands.play });
  }, failed);
  const tryThis = createLate(async () => {
    const { createTryThis } = await import("./late-parts.js");
    return createTryThis({ t, onOpen: (experiment) => open(experiment) });
  }, failed);
  const shortcuts = createLate(async () => {
    const { createShortcutsDialog } = await import("./late-parts.js");
    return createShortcutsDialog({ t });
  }, failed);

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

  return { open, tryThis: openList, keys: openKeys };
}
