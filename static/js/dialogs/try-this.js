/** The list of settings that are known to work and known to fail, and why. */

import css from "../../css/late/try-this.css";
import texts from "../../i18n/en.try.json" with { type: "json" };
import { h } from "../dom.js";
import { byTopic } from "../experiments.js";
import { addStyles } from "../late.js";
import { verdict } from "../parts/verdict.js";
import { createDialog } from "./dialog.js";

/** @import {Translate} from "../i18n.js" */
/** @import {Experiment} from "../experiments.js" */

addStyles(css);

/** @param {{t: Translate, onOpen: (experiment: Experiment) => void}} options */
export function createTryThis({ t, onOpen }) {
  t.add(texts);

  /** @param {Experiment} experiment */
  const item = (experiment) => {
    const { id, works } = experiment;
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: "try-item",
          "data-experiment": id,
          onclick: () => {
            dialog.close();
            onOpen(experiment);
          },
        },
        verdict(t, works),
        h(
          "span",
          { class: "try-words" },
          h("span", { class: "try-name" }, t(`try.items.${id}.name`)),
          h("span", { class: "try-why" }, t(`try.items.${id}.why`)),
        ),
      ),
    );
  };

  const groups = [...byTopic()].map(([topic, experiments]) =>
    h(
      "section",
      { class: "try-topic" },
      h("h3", { class: "dialog-subtitle" }, t(`try.topics.${topic}`)),
      h("ul", { class: "try-list" }, ...experiments.map(item)),
    ),
  );
  const dialog = createDialog({
    t,
    name: "try-dialog",
    content: h(
      "div",
      { class: "dialog-body" },
      h("p", { class: "try-intro" }, t("try.intro")),
      ...groups,
    ),
  });
  return { open: () => dialog.open(t("try.title")) };
}
