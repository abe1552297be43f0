// How many pixels a unit of length has. Style sheets and views count in units; one is a tenth of the
// root's font size, so that all of the page grows together.

let known = 0;

/** Pixels for each unit of length: 1, more on large screens and in front of a room. */
export function magnification() {
  known ||= Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 10 || 1;
  return known;
}

/** It is another now, or may be. */
export function forgetMagnification() {
  known = 0;
}

/**
 * A length for a style.
 *
 * @param {number} units
 */
export const length = (units) => `${units / 10}rem`;

/**
 * @param {Element} element
 * @returns {{width: number, height: number}} of what is inside its border, in units
 */
export function sizeOf({ clientWidth, clientHeight }) {
  const unit = magnification();
  return { width: clientWidth / unit, height: clientHeight / unit };
}
