/**
 * @typedef {object} Shortcuts
 * @property {() => void} playOrPause
 * @property {() => void} step
 * @property {() => void} reset
 * @property {() => void} undo
 * @property {() => void} redo
 */

const TYPING =
  'input:not([type="checkbox"], [type="radio"], [type="range"]), textarea, [contenteditable]';
const USES_SPACE = 'button, a, summary, select, input:not([type="range"]), [role="button"]';
const USES_ARROWS = 'select, input:not([type="checkbox"]), [role="slider"], [role="grid"]';

/**
 * Keys for the transport, where nothing else on the page wants them.
 *
 * @param {Document} target
 * @param {Shortcuts} shortcuts
 */
export function createKeyboard(target, shortcuts) {
  target.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const focused = event.target instanceof Element ? event.target : target.body;
    const run = shortcutFor(event, focused, shortcuts);
    if (!run) return;
    event.preventDefault();
    run();
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
 * @param {Shortcuts} shortcuts
 * @returns {(() => void) | null}
 */
function shortcutFor(event, focused, shortcuts) {
  if (focused.matches(TYPING) || focused.closest('[role="dialog"]')) return null;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (event.altKey) return null;
    if (key === "z") return event.shiftKey ? shortcuts.redo : shortcuts.undo;
    return key === "y" && !event.shiftKey ? shortcuts.redo : null;
  }
  if (event.altKey || event.shiftKey) return null;
  if (key === "arrowright") return focused.matches(USES_ARROWS) ? null : shortcuts.step;
  if (event.repeat) return null;
  if (key === " ") return focused.matches(USES_SPACE) ? null : shortcuts.playOrPause;
  if (key === "r") return focused.matches("select") ? null : shortcuts.reset;
  return null;
}
