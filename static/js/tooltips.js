/**
 * Shows the explanations of words and controls, one at a time: under the pointer, on keyboard focus, on a
 * tap on a word, and on a long press on anything.
 *
 * @import {Explain} from "./explanations.js"
 * @import {Help} from "./help.js"
 * @import {Late} from "./late.js"
 */

import { h, uniqueId } from "./dom.js";
import { createPress } from "./long-press.js";
import { place } from "./popover.js";

const HOVER_DELAY = 450;
const FOCUS_DELAY = 150;
/** Who has just read one tip need not wait for the next. */
const WARM_MS = 300;
const LIVE_MS = 500;

/** What does something of its own when it is tapped; a word (`.term`) does not. */
const CONTROLS =
  'a, button:not(.term), input, select, textarea, summary, label:has(input), [role="checkbox"]';

/**
 * @param {HTMLElement} root
 * @param {{explain: Explain, help: Late<Help>}} options `help`: the words of the explanations, fetched when one is
 *   first pointed at. Without a server to fetch them from there are none.
 */
export function createTooltips(root, { explain, help }) {
  const body = h("div", { class: "tooltip-body", id: uniqueId("tooltip") });
  const footer = h("p", { class: "tooltip-hint" });
  const tip = h("div", { class: "tooltip", role: "tooltip" }, body, footer);
  tip.popover = "manual";
  (root.querySelector("main") ?? root).append(tip); // within a landmark, like all that is read

  /** @type {HTMLElement | null} */
  let shownFor = null;
  /** What is shown as soon as its words are there. @type {EventTarget | null} */
  let awaited = null;
  /** What was pressed with the mouse explains itself. @type {HTMLElement | null} */
  let pressed = null;
  /** What has the focus and is described by the tip. @type {Element | null} */
  let described = null;
  /** A finger or a mouse moved the focus last, not a key. */
  let byPointer = false;
  let hidden = -Infinity;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let refresh;

  function hide() {
    clearTimeout(timer);
    clearInterval(refresh);
    awaited = null;
    if (!shownFor) return;
    hidden = performance.now();
    tip.hidePopover();
    shownFor = null;
  }

  /** @param {EventTarget | null} target @param {Help} words What there is to say of it, if anything. */
  function write(target, words) {
    const explanation = explain(target);
    if (!explanation?.element.isConnected) return null;
    body.replaceChildren(...words.body(explanation));
    footer.textContent = words.hint;
    footer.hidden = !explanation.id;
    return explanation;
  }

  /**
   * What the tip stands beside: what it explains, or the panel that is pointed into when that is outside of it. It would
   * cover the panel otherwise.
   *
   * @param {EventTarget | null} target
   * @param {Element} element
   */
  function besides(target, element) {
    const panel = target instanceof Element ? target.closest("[popover]") : null;
    return panel && !panel.contains(element) ? panel : element;
  }

  /** @param {EventTarget | null} target @param {"above" | "below"} [side] */
  function show(target, side = "below") {
    hide();
    awaited = target;
    void help.use((words) => {
      if (awaited === target) showNow(target, side, words);
    });
  }

  /** @param {EventTarget | null} target @param {"above" | "below"} side @param {Help} words */
  function showNow(target, side, words) {
    const explanation = write(target, words);
    if (!explanation) return;
    shownFor = explanation.element;
    tip.showPopover();
    place(tip, besides(target, shownFor).getBoundingClientRect(), side);
    // A screen reader has read the description; for the eye its numbers go on.
    if (!explanation.now || described) return;
    refresh = setInterval(() => {
      const next = shownFor && explain(shownFor);
      const now = body.querySelector(".tooltip-now");
      if (next && now && now.textContent !== next.now) now.textContent = next.now;
    }, LIVE_MS);
  }

  /** What is focused by keyboard reads its explanation with its name, not a second time when it shows. */
  function describe(/** @type {Element | null} */ element) {
    described?.removeAttribute("aria-describedby");
    described = element;
    element?.setAttribute("aria-describedby", body.id);
  }

  root.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const element = explain(event.target)?.element ?? null;
    if (element && element === shownFor) return;
    const isWarm = shownFor !== null || performance.now() - hidden < WARM_MS;
    hide();
    if (element !== pressed) pressed = null;
    if (!element || pressed) return;
    describe(null);
    help.fetch();
    if (isWarm) show(event.target);
    else timer = setTimeout(() => show(event.target), HOVER_DELAY);
  });
  root.addEventListener("pointerdown", (event) => {
    byPointer = true;
    hide();
    pressed = explain(event.target)?.element ?? null;
  });
  root.addEventListener("focusin", (event) => {
    const element = event.target instanceof Element ? event.target : null;
    if (byPointer || !element?.matches(":focus-visible")) return;
    if (!explain(element)) return;
    clearTimeout(timer);
    void help.use((words) => {
      if (element !== document.activeElement) return;
      write(element, words);
      describe(element);
      timer = setTimeout(() => show(element), FOCUS_DELAY);
    });
  });
  root.addEventListener("focusout", () => {
    if (described) hide();
    describe(null);
  });
  root.addEventListener("input", hide);
  root.addEventListener("scroll", hide, { capture: true, passive: true });
  root.addEventListener("keydown", ({ key }) => {
    byPointer = false;
    help.fetch(); // ahead of the focus that the key may move
    if (key === "Escape") hide();
  });

  createPress(root, {
    reacts: (target) => explain(target) !== null,
    onPress: (target) => show(target, "above"),
  });
  root.addEventListener("click", (event) => {
    const { target } = event;
    if (!(target instanceof Element)) return;
    const isTouch = /** @type {PointerEvent} */ (event).pointerType === "touch";
    const isWord = target.closest(".term") || (isTouch && !target.closest(CONTROLS));
    if (isWord) show(target, isTouch ? "above" : "below");
  });
}
