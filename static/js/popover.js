import { h, setTip, uniqueId } from "./dom.js";

const MARGIN = 8;
const HOVER_DELAY = 450;
const FOCUS_DELAY = 150;

/**
 * Puts a floating element under another, or above it where there is more room.
 *
 * @param {HTMLElement} floating
 * @param {DOMRect} anchor
 */
function place(floating, anchor) {
  const { offsetWidth: width, offsetHeight: height } = floating;
  const { clientWidth, clientHeight } = document.documentElement;
  const below = anchor.bottom + MARGIN;
  const above = anchor.top - MARGIN - height;
  const top = below + height <= clientHeight || above < 0 ? below : above;
  const left = anchor.left + anchor.width / 2 - width / 2;
  floating.style.top = `${Math.max(MARGIN, Math.min(top, clientHeight - height - MARGIN))}px`;
  floating.style.left = `${Math.max(MARGIN, Math.min(left, clientWidth - width - MARGIN))}px`;
}

/**
 * A panel that a button opens. Escape and a click elsewhere close it.
 *
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} content
 * @param {{label: string, anchor?: HTMLElement, onOpen?: () => void}} options
 * @returns {{element: HTMLElement, close: () => void}}
 */
export function createPopover(button, content, { label, anchor = button, onOpen }) {
  const element = h("div", { class: "popover", role: "dialog", "aria-label": label }, content);
  element.id = uniqueId("popover");
  element.popover = ""; // closes by itself
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-haspopup", "dialog");
  button.popoverTargetElement = element;
  button.after(element);

  element.addEventListener("toggle", (event) => {
    const open = /** @type {ToggleEvent} */ (event).newState === "open";
    button.setAttribute("aria-expanded", String(open));
    if (!open) return;
    onOpen?.();
    place(element, anchor.getBoundingClientRect());
    /** @type {HTMLElement | null} */ (element.querySelector("input, select, button"))?.focus();
  });
  return { element, close: () => element.hidePopover() };
}

/**
 * Shows the explanations given by `setTip`, one at a time.
 *
 * @param {HTMLElement} root
 */
export function createTooltips(root) {
  const tip = h("div", { class: "tooltip", role: "tooltip" });
  tip.popover = "manual";
  root.append(tip);
  /** @type {Element | null} */
  let shownFor = null;
  /** What was pressed explains itself. @type {Element | null} */
  let pressed = null;
  /** @type {ReturnType<typeof setTimeout>} */
  let timer;

  const hide = () => {
    clearTimeout(timer);
    if (shownFor) tip.hidePopover();
    shownFor = null;
  };

  const show = (/** @type {HTMLElement} */ element) => {
    hide();
    if (!element.isConnected || !element.dataset.tip) return;
    shownFor = element;
    tip.textContent = element.dataset.tip;
    tip.showPopover();
    place(tip, element.getBoundingClientRect());
  };

  const targetOf = (/** @type {Event} */ event) =>
    /** @type {HTMLElement | null} */ (
      event.target instanceof Element ? event.target.closest("[data-tip]") : null
    );

  root.addEventListener("pointerover", (event) => {
    const element = targetOf(event);
    if (element === shownFor && element) return;
    hide();
    if (element !== pressed) pressed = null;
    if (element && element !== pressed && event.pointerType === "mouse") {
      timer = setTimeout(() => show(element), HOVER_DELAY);
    }
  });
  root.addEventListener("focusin", (event) => {
    const element = targetOf(event);
    if (element && event.target instanceof Element && event.target.matches(":focus-visible")) {
      clearTimeout(timer);
      timer = setTimeout(() => show(element), FOCUS_DELAY);
    }
  });
  root.addEventListener("focusout", hide);
  root.addEventListener("pointerdown", (event) => {
    hide();
    pressed = targetOf(event);
  });
  root.addEventListener("input", hide);
  root.addEventListener("scroll", hide, { capture: true, passive: true });
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
}

/**
 * @param {{label: string, tip?: string, icon: SVGSVGElement, class?: string,
 *   onclick?: (event: MouseEvent) => void}} options
 * @returns {HTMLButtonElement}
 */
export function iconButton({ label, tip, icon, class: name = "icon-button", onclick }) {
  const button = h("button", { type: "button", class: name, "aria-label": label, onclick }, icon);
  setTip(button, tip ?? label);
  if (!tip) button.removeAttribute("aria-description");
  return button;
}
