import { recall } from "./memory.js";
import { combination, isLetter, KEYS, SHORTCUTS } from "./shortcuts.js";

/** @import {Shortcut} from "./shortcuts.js" */

/**
 * @typedef {object} Actions What the keys do.
 * @property {() => void} playOrPause
 * @property {() => void} step
 * @property {() => void} reset
 * @property {() => void} undo
 * @property {() => void} redo
 * @property {() => void} tryThis
 * @property {() => void} glossary
 * @property {() => void} projector
 * @property {() => void} print
 * @property {() => void} help
 */

const TYPING =
  'input:not([type="checkbox"], [type="radio"], [type="range"]), textarea, [contenteditable]';

/**
 * Keys for the transport and for help, where nothing else on the page wants them.
 *
 * @param {Document} target
 * @param {Actions} actions
 */
export function createKeyboard(target, actions) {
  target.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const element = event.target instanceof Element ? event.target : target.body;
    // What has gone with a dialog that was closed keeps the focus until the page is drawn again.
    const focused = element.checkVisibility() ? element : target.body;
    const shortcut = shortcutFor(event, focused);
    if (!shortcut) return;
    event.preventDefault();
    actions[/** @type {keyof Actions} */ (shortcut.run)]();
  });
  // A button that was clicked, not reached by keyboard, leaves the keys to the shortcuts.
  target.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (event.detail > 0 && button && !button.hasAttribute("aria-haspopup")) button.blur();
  });
}

/**
 * @param {KeyboardEvent} event
 * @param {Element} focused
 * @returns {Shortcut | null}
 */
function shortcutFor(event, focused) {
  if (focused.matches(TYPING) || focused.closest('[role="dialog"]')) return null;
  const pressed = combination(event);
  const shortcut = SHORTCUTS.find(({ keys }) => keys.includes(pressed));
  if (isLetter(pressed) && recall(KEYS).letters === false) return null;
  if (!shortcut || (event.repeat && !shortcut.repeats)) return null;
  return shortcut.unless && focused.matches(shortcut.unless) ? null : shortcut;
}
