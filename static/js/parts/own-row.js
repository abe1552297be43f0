/** Under the data sets: the way to one's own data, and when they are in use, what they are. */

import { h, setText, setTip } from "../dom.js";
import { OWN } from "../own-points.js";

/** @import {Translate} from "../i18n.js" */

/** @param {{t: Translate, onOwn: () => void}} options */
export function createOwnRow({ t, onOwn }) {
  const name = h("p", { class: "own-name", hidden: true });
  const button = h(
    "button",
    { type: "button", class: "own-button", "aria-haspopup": "dialog", onclick: onOwn },
    t("data.own"),
  );
  setTip(button, t("data.tip_own"));

  return {
    element: h("div", { class: "own-row" }, name, button),

    /** @param {Record<string, any> | undefined} dataset */
    update(dataset) {
      const isOwn = dataset?.kind === OWN;
      name.hidden = !isOwn;
      setText(button, t(isOwn ? "data.own_change" : "data.own"));
      if (!isOwn) return;
      const { source, target_name: target, x1_name: x1, x2_name: x2 } = dataset;
      const names = target ? t("data.own_names", { target, x1, x2 }) : "";
      setText(name, source || names);
      setTip(name, [source, names].filter(Boolean).join(" · "));
      name.removeAttribute("aria-description");
    },
  };
}
