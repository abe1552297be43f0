import { h, icon, setIcon, setTip } from "../dom.js";
import { iconButton } from "../popover.js";

/** @import {Translate} from "../i18n.js" */

/**
 * Files, sharing, projector mode, theme, and the way to the text below.
 *
 * @param {HTMLElement} element
 * @param {{t: Translate, onFile: (button: HTMLButtonElement, focus: "first" | "last") => void, onShare: () => void,
 *   onProjector: () => void, onTheme: (button: HTMLButtonElement) => void}} options
 * @returns {{update: (state: {theme: string}) => void, projector: (on: boolean) => void}}
 */
export function createHeader(element, { t, onFile, onShare, onProjector, onTheme }) {
  const share = h(
    "button",
    { type: "button", class: "header-button", "aria-haspopup": "dialog", onclick: onShare },
    icon("link"),
    h("span", {}, t("header.share")),
  );
  setTip(share, t("header.tip_share"));
  const about = h(
    "a",
    { class: "header-button", href: "#about", "data-scroll": "about" },
    icon("help"),
    h("span", {}, t("header.about")),
  );
  setTip(about, t("header.tip_about"));
  const projector = iconButton({
    label: t("header.projector"),
    icon: icon("projector"),
    class: "header-button header-icon header-projector",
    onclick: onProjector,
  });
  setTip(projector, t("header.tip_projector"));
  const themeIcon = icon("dark");
  const theme = iconButton({
    label: t("header.look"),
    icon: themeIcon,
    class: "header-button header-icon",
    onclick: () => onTheme(theme),
  });
  theme.setAttribute("aria-haspopup", "dialog");
  theme.setAttribute("aria-expanded", "false");
  const file = h(
    "button",
    {
      type: "button",
      class: "header-button",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      onclick: () => onFile(file, "first"),
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        const focus = event.key === "ArrowDown" ? "first" : event.key === "ArrowUp" && "last";
        if (!focus) return;
        event.preventDefault();
        onFile(file, focus);
      },
    },
    icon("file"),
    h("span", {}, t("header.file")),
  );
  setTip(file, t("header.tip_file"));
  element.append(file, share, about, projector, theme);

  return {
    projector: (on) => projector.setAttribute("aria-pressed", String(on)),

    update({ theme: current }) {
      setIcon(themeIcon, current === "dark" ? "dark" : "light");
    },
  };
}
