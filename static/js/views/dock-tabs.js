/** The tabs of the dock, and the place for the panel of the chosen one. */

import { h, icon, setTip, uniqueId } from "../dom.js";
import { oncePerFrame } from "../parts/canvas.js";

/** @import {Translate} from "../i18n.js" */

/**
 * @param {HTMLElement} element
 * @param {{t: Translate, tabs: {id: string, title: string, tip: string}[], onSelect: (id: string) => void,
 *   onToggle: () => void}} options
 */
export function createDockTabs(element, { t, tabs, onSelect, onToggle }) {
  const bodyId = uniqueId("dock-body");
  const buttons = tabs.map(({ id, title }) =>
    h(
      "button",
      {
        type: "button",
        class: "dock-tab",
        role: "tab",
        id: uniqueId("dock-tab"),
        "data-panel": id,
        "data-title": title,
        "aria-controls": bodyId,
        onclick: () => onSelect(id),
      },
      title,
    ),
  );
  for (const [index, { tip }] of tabs.entries()) setTip(buttons[index], tip);
  const list = h(
    "div",
    { class: "dock-tabs", role: "tablist", "aria-label": t("panels.label") },
    ...buttons,
  );
  const toggle = h(
    "button",
    { type: "button", class: "dock-toggle", "aria-controls": bodyId, onclick: onToggle },
    icon("chevron"),
  );
  const body = h("div", { class: "dock-body", id: bodyId, role: "tabpanel", tabIndex: 0 });
  element.classList.add("dock");
  element.setAttribute("aria-label", t("panels.label"));
  const head = h("div", { class: "dock-head" }, list, toggle);
  element.append(head, body);

  let chosen = buttons[0];
  const STEPS = { ArrowLeft: -1, ArrowRight: 1 };
  list.addEventListener("keydown", (event) => {
    const at = buttons.findIndex((button) => button === document.activeElement);
    if (at < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    const last = buttons.length - 1;
    const step = STEPS[/** @type {keyof typeof STEPS} */ (event.key)];
    let next = event.key === "Home" ? 0 : event.key === "End" ? last : -1;
    if (step) next = (at + step + buttons.length) % buttons.length;
    if (next < 0) return;
    event.preventDefault(); // an arrow also means "train one epoch"
    buttons[next].focus();
    onSelect(tabs[next].id);
  });

  /** Where it stands is asked once the page is laid out anyway. */
  const toChosen = oncePerFrame(() => {
    const { left, width } = chosen.getBoundingClientRect();
    const box = list.getBoundingClientRect();
    if (left < box.left || left + width > box.right) {
      list.scrollLeft += left - box.left - (box.width - width) / 2;
    }
  });

  return {
    body,
    head,

    /** @param {{open: boolean, selected: string}} state */
    update({ open, selected }) {
      element.classList.toggle("is-open", open);
      if (!open) element.classList.remove("is-tall");
      body.hidden = !open;
      for (const [index, button] of buttons.entries()) {
        const isSelected = tabs[index].id === selected;
        button.setAttribute("aria-selected", String(isSelected));
        button.tabIndex = isSelected ? 0 : -1;
        if (!isSelected) continue;
        body.setAttribute("aria-labelledby", button.id);
        // The first is in sight from the start: to ask would lay out a page half made.
        if (index > 0 || chosen !== button) toChosen.request();
        chosen = button;
      }
      const label = t(open ? "panels.close" : "panels.open");
      toggle.setAttribute("aria-expanded", String(open));
      toggle.setAttribute("aria-label", label);
      setTip(toggle, label);
      toggle.removeAttribute("aria-description");
    },
  };
}
