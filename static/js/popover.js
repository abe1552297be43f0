import { h, setTip, uniqueId } from "./dom.js";

const MARGIN = 8;

/**
 * Puts a floating element on the side of another that is asked for, or on the other where it has no room.
 *
 * @param {HTMLElement} floating
 * @param {DOMRect} anchor
 * @param {"above" | "below"} [side]
 */
export function place(floating, anchor, side = "below") {
  const { offsetWidth: width, offsetHeight: height } = floating;
  const { clientWidth, clientHeight } = document.documentElement;
  const below = anchor.bottom + MARGIN;
  const above = anchor.top - MARGIN - height;
  const [fitsBelow, fitsAbove] = [below + height <= clientHeight, above >= 0];
  const isBelow = side === "below" ? fitsBelow || !fitsAbove : !fitsAbove;
  const top = isBelow ? below : above;
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
