/** What the button for themes and palettes opens. */

import css from "../../css/late/look-menu.css";
import texts from "../../i18n/en.look.json" with { type: "json" };
import { h, uniqueId } from "../dom.js";
import { addStyles } from "../late.js";
import { createPopover } from "../popover.js";
import { THEMES } from "../look.js";
import { paletteNames } from "../theme.js";

/**
 * @import {Translate} from "../i18n.js"
 * @import {Look} from "../look.js"
 */

addStyles(css);

/**
 * @param {HTMLButtonElement} button
 * @param {{t: Translate, look: Look, onChoose: (change: Partial<Look>) => void}} options
 */
export function createLookMenu(button, { t, look, onChoose }) {
  t.add(texts);

  /** @param {"theme" | "palette"} what @param {string[]} names */
  const group = (what, names) => {
    const name = uniqueId(what);
    const option = (/** @type {string} */ value) => {
      const input = h("input", {
        type: "radio",
        class: "look-input",
        name,
        value,
        onchange: () => onChoose({ [what]: value }),
      });
      input.checked = look[what] === value;
      const help = what === "palette" && h("span", { class: "look-help" }, t(`look.help.${value}`));
      return h(
        "label",
        { class: "look-option" },
        input,
        h("span", { class: "look-name" }, t(`look.${what}s.${value}`)),
        help,
      );
    };
    return h(
      "fieldset",
      { class: "look-group" },
      h("legend", { class: "look-legend" }, t(`look.${what}`)),
      ...names.map(option),
    );
  };

  const content = h("div", {}, group("theme", THEMES), group("palette", paletteNames()));
  const popover = createPopover(button, content, { label: t("header.look") });
  return { open: () => popover.element.showPopover() };
}
