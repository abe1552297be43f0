import { markTheme, rememberLook, THEMES, wished } from "./look.js";
import { PALETTES, properties } from "./palettes.js";
import { forgetThemeColors } from "./parts/theme-colors.js";

/** @import {Look} from "./look.js" */

/** The palette of the style sheet. */
export const STANDARD = "standard";

/**
 * Light or dark, and in which palette: as the system has it, unless the user has chosen here; a link may ask for
 * another (`?theme=dark&palette=grey`), which is not remembered. `onChange` is told of changes only.
 *
 * @param {{onChange: () => void}} options
 */
export function createTheme({ onChange }) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const more = matchMedia("(prefers-contrast: more)");
  const forced = matchMedia("(forced-colors: active)");
  const root = document.documentElement;
  /** @type {Look} */
  let look = {
    theme: wished("theme", THEMES),
    palette: wished("palette", paletteNames()),
  };

  let onPaper = false;

  function current() {
    if (onPaper) return "light";
    return look.theme === "system" ? (dark.matches ? "dark" : "light") : look.theme;
  }

  function mark() {
    markTheme(onPaper ? "light" : look.theme);
    for (const name of [...root.style]) {
      if (name.startsWith("--")) root.style.removeProperty(name);
    }
    const palette = PALETTES.find(({ name }) => name === look.palette);
    if (palette) {
      const shades = palette[current() === "dark" ? "dark" : "light"];
      for (const [name, value] of Object.entries(properties(shades))) {
        root.style.setProperty(name, value);
      }
    }
    root.toggleAttribute("data-signs", Boolean(palette) || more.matches || forced.matches);
    forgetThemeColors();
  }

  function apply() {
    mark();
    onChange();
  }

  for (const query of [dark, more, forced]) query.addEventListener("change", apply);
  mark();

  return {
    get look() {
      return look;
    },
    /** Light or dark, in the end. */
    get current() {
      return current();
    },
    /** Paper is light. @param {boolean} on @returns {boolean} whether that is another theme */
    paper(on) {
      const before = current();
      onPaper = on;
      if (current() === before) return false;
      mark();
      return true;
    },
    /** @param {Partial<Look>} change */
    choose(change) {
      look = { ...look, ...change };
      rememberLook(look);
      apply();
    },
  };
}

export const paletteNames = () => [STANDARD, ...PALETTES.map(({ name }) => name)];
