import { h, icon, setIcon, setTip } from "../dom.js";
import { iconButton } from "../popover.js";

/** @import {Translate} from "../i18n.js" */

/**
 * Files, sharing, projector mode, theme, and the way to the text below.
 *
 * @param {HTMLElement} element
 * @param {{t: Translate, onFile: (button: HTMLButtonElement, focus: "first" | "last") => void, onShare: () => void,
 *   onProjector: () => void, onTheme: () => void}} options
 * @returns {{update: (state: {theme: "light" | "dark"}) => void, projector: (on: boolean) => void}}
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
    label: t("header.to_dark"),
    icon: themeIcon,
    class: "header-button header-icon",
    onclick: onTheme,
  });
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
      const label = t(current === "dark" ? "header.to_light" : "header.to_dark");
      setIcon(themeIcon, current === "dark" ? "light" : "dark");
      theme.setAttribute("aria-label", label);
      setTip(theme, label);
      theme.removeAttribute("aria-description");
    },
  };
}
