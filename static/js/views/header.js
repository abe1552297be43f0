import { h, icon, setIcon, setTip } from "../dom.js";
import { iconButton } from "../popover.js";

/** @import {Translate} from "../i18n.js" */

const CONFIRMED_MS = 1800;

/**
 * Copy link, theme, and the way to the text below.
 *
 * @param {HTMLElement} element
 * @param {{t: Translate, onShare: () => Promise<void>, onTheme: () => void}} options
 *   `onShare` is rejected when copying failed.
 * @returns {{update: (state: {theme: "light" | "dark"}) => void}}
 */
export function createHeader(element, { t, onShare, onTheme }) {
  const shareIcon = icon("link");
  const shareText = h("span", {}, t("header.share"));
  const status = h("span", { class: "visually-hidden", role: "status" });
  /** @type {ReturnType<typeof setTimeout>} */
  let timer;

  const confirm = (/** @type {boolean} */ copied) => {
    setIcon(shareIcon, copied ? "check" : "link");
    shareText.textContent = t(copied ? "header.copied" : "header.share");
    status.textContent = copied ? t("header.copied") : "";
  };
  const share = h(
    "button",
    {
      type: "button",
      class: "header-button share",
      onclick: async () => {
        clearTimeout(timer);
        await onShare().then(
          () => confirm(true),
          () => confirm(false),
        );
        timer = setTimeout(() => confirm(false), CONFIRMED_MS);
      },
    },
    shareIcon,
    shareText,
  );
  setTip(share, t("header.tip_share"));
  const about = h(
    "a",
    { class: "header-button", href: "#about", "data-scroll": "about" },
    icon("help"),
    h("span", {}, t("header.about")),
  );
  setTip(about, t("header.tip_about"));
  const themeIcon = icon("dark");
  const theme = iconButton({
    label: t("header.to_dark"),
    icon: themeIcon,
    class: "header-button header-icon",
    onclick: onTheme,
  });
  element.append(share, status, about, theme);

  return {
    update({ theme: current }) {
      const label = t(current === "dark" ? "header.to_light" : "header.to_dark");
      setIcon(themeIcon, current === "dark" ? "light" : "dark");
      theme.setAttribute("aria-label", label);
      setTip(theme, label);
      theme.removeAttribute("aria-description");
    },
  };
}
