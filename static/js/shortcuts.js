/**
 * The keys of the page, in the order of their list.
 *
 * @typedef {object} Shortcut
 * @property {string} run What it does: a name of `Actions`, and of a text in `shortcuts.runs`.
 * @property {string[]} keys Any of these: `KeyboardEvent.key` in lower case, after "Ctrl+" (or the
 *   command key) and "Shift+".
 * @property {string} [unless] A focused element that wants the key for itself.
 * @property {boolean} [repeats] Whether holding the key down does it again.
 */

const USES_SPACE = 'button, a, summary, select, input:not([type="range"]), [role="button"]';
const USES_ARROWS = 'select, input:not([type="checkbox"]), [role="slider"], [role="grid"]';
const USES_LETTERS = "select";

/** Under which the browser keeps what the user wants of the keys. */
export const KEYS = "keys";

/**
 * Whether it is a single letter or sign: who speaks to the computer may press some by accident, and so can turn
 * them off (WCAG 2.1.4).
 *
 * @param {string} pressed
 */
export const isLetter = (pressed) => pressed.length === 1 && pressed !== " ";

/** Anywhere on the page. @type {Shortcut[]} */
export const SHORTCUTS = [
  { run: "playOrPause", keys: [" "], unless: USES_SPACE },
  { run: "step", keys: ["arrowright"], unless: USES_ARROWS, repeats: true },
  { run: "reset", keys: ["r"], unless: USES_LETTERS },
  { run: "undo", keys: ["Ctrl+z"], repeats: true },
  { run: "redo", keys: ["Ctrl+Shift+z", "Ctrl+y"], repeats: true },
  { run: "tryThis", keys: ["t"], unless: USES_LETTERS },
  { run: "glossary", keys: ["g"], unless: USES_LETTERS },
  { run: "projector", keys: ["p"], unless: USES_LETTERS },
  { run: "print", keys: ["Ctrl+p"] },
  { run: "help", keys: ["?"] },
];

/** On a neuron or weight of the drawing, which has them from its own part of the page. */
export const NETWORK_KEYS = [
  { run: "move", keys: ["arrowup", "arrowdown", "arrowleft", "arrowright"] },
  { run: "ends", keys: ["home", "end"] },
  { run: "weights", keys: ["Shift+arrowleft", "Shift+arrowright"] },
  { run: "edit", keys: ["enter", "f2"] },
  { run: "close", keys: ["escape"] },
];

/** On the decision map. */
export const MAP_KEYS = [
  { run: "read", keys: ["arrowup", "arrowdown", "arrowleft", "arrowright"] },
  { run: "points", keys: ["pagedown", "pageup"] },
];

/**
 * What was pressed, as `keys` name it. Shift is part of a sign such as "?".
 *
 * @param {Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">} event
 */
export function combination({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  const isSign = /^[^\p{L}\s]$/u.test(key);
  return [
    ctrlKey || metaKey ? "Ctrl+" : "",
    altKey ? "Alt+" : "",
    shiftKey && !isSign ? "Shift+" : "",
    key.toLowerCase(),
  ].join("");
}

/**
 * The keys of a combination one by one, as they are written on a keyboard.
 *
 * @param {string} keys
 * @param {(name: string) => string} name of a key that has a word on it
 * @returns {string[]}
 */
export function keyCaps(keys, name) {
  /** @type {Record<string, string>} */
  const caps = {
    " ": name("Space"),
    ctrl: name("Ctrl"),
    shift: name("Shift"),
    enter: name("Enter"),
    escape: name("Escape"),
    home: name("Home"),
    end: name("End"),
    pagedown: name("PageDown"),
    pageup: name("PageUp"),
    arrowup: "↑",
    arrowdown: "↓",
    arrowleft: "←",
    arrowright: "→",
  };
  return keys.split("+").map((key) => caps[key.toLowerCase()] ?? key.toUpperCase());
}
