/** What the user has chosen of the page's look, or a link asks for (`?theme=dark&palette=grey`). */

import { recall, remember } from "./memory.js";

const KEY = "look";
export const THEMES = ["system", "light", "dark"];

/** @typedef {{theme: string, palette: string}} Look `theme` is "light", "dark", or what the "system" has. */

/**
 * What a link asks for comes before what was chosen here.
 *
 * @param {keyof Look} name
 * @param {string[]} known the first is what is left
 * @returns {string}
 */
export function wished(name, known) {
  const wishes = [new URLSearchParams(location.search).get(name), recall(KEY)[name]];
  return wishes.find((wish) => known.includes(wish)) ?? known[0];
}

/** @param {Look} look */
export const rememberLook = (look) => remember(KEY, look);

/** Tells the style sheet. @param {string} theme */
export function markTheme(theme) {
  const { dataset } = document.documentElement;
  if (theme === "system") delete dataset.theme;
  else dataset.theme = theme;
}
