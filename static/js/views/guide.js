/** A note beside the experiment that was opened: what to look at. It stays until it is closed. */

import css from "../../css/late/guide.css";
import texts from "../../i18n/en.try.json" with { type: "json" };
import { h, icon } from "../dom.js";
import { addStyles } from "../late.js";
import { verdict } from "../parts/verdict.js";

/** @import {Translate} from "../i18n.js" */
/** @import {Experiment} from "../experiments.js" */

addStyles(css);

/**
 * @param {HTMLElement} place
 * @param {{t: Translate, onPlay: () => void}} options
 */
export function createGuide(place, { t, onPlay }) {
  t.add(texts);

  const close = h(
    "button",
    { type: "button", class: "toast-close", "aria-label": t("try.close"), onclick: () => hide() },
    icon("close"),
  );
  const head = h("div", { class: "guide-head" });
  const text = h("p", { class: "guide-text" });
  const play = h(
    "button",
    { type: "button", class: "button button-primary", onclick: onPlay },
    t("try.play"),
  );
  const back = h("button", { type: "button", class: "button" }, t("try.back"));
  const words = h("div", { role: "status" }, head, text);
  const element = h(
    "section",
    { class: "guide", "aria-label": t("try.guide"), hidden: true },
    close,
    words,
    h("div", { class: "guide-actions" }, play, back),
  );
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  place.append(element);

  function hide() {
    element.hidden = true;
  }

  return {
    /**
     * @param {Experiment} experiment
     * @param {HTMLElement | null} from Where in the text it was opened, to go back to.
     */
    show({ id, works }, from) {
      element.hidden = false;
      const name = h("h2", { class: "guide-title" }, t(`try.items.${id}.name`));
      head.replaceChildren(verdict(t, works), name);
      text.textContent = t(`try.items.${id}.look`);
      back.hidden = from === null;
      back.onclick = () => {
        hide();
        from?.scrollIntoView({ block: "center" });
        from?.focus({ preventScroll: true });
      };
    },
  };
}
