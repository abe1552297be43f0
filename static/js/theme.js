import { recall, remember } from "./memory.js";
import { PALETTES, properties } from "./palettes.js";
import { forgetThemeColors, readThemeColors } from "./parts/theme-colors.js";

const KEY = "look";
/** The palette of the style sheet. */
export const STANDARD = "standard";
export const THEMES = ["system", "light", "dark"];

/** @typedef {{theme: string, palette: string}} Look `theme` is "light", "dark", or what the "system" has. */

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
  const asked = new URLSearchParams(location.search);
  const stored = recall(KEY);
  /** @type {Look} */
  let look = {
    theme: oneOf(THEMES, asked.get("theme"), stored.theme),
    palette: oneOf(paletteNames(), asked.get("palette"), stored.palette),
  };

  const current = () => (look.theme === "system" ? (dark.matches ? "dark" : "light") : look.theme);

  function mark() {
    if (look.theme === "system") delete root.dataset.theme;
    else root.dataset.theme = look.theme;
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
  readThemeColors(); // while there is little to lay out

  return {
    get look() {
      return look;
    },
    /** Light or dark, in the end. */
    get current() {
      return current();
    },
    /** @param {Partial<Look>} change */
    choose(change) {
      look = { ...look, ...change };
      remember(KEY, look);
      apply();
    },
  };
}

export const paletteNames = () => [STANDARD, ...PALETTES.map(({ name }) => name)];

/**
 * @param {string[]} known the first is what is left
 * @param {(string | null | undefined)[]} wishes
 * @returns {string}
 */
function oneOf(known, ...wishes) {
  return wishes.find((wish) => wish && known.includes(wish)) ?? known[0];
}
