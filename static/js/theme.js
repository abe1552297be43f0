import { forgetThemeColors, readThemeColors } from "./parts/theme-colors.js";

const KEY = "theme";

/**
 * Light or dark: as the system has it, unless the user has chosen here. `onChange` is told of changes only.
 *
 * @param {{onChange: (theme: "light" | "dark") => void}} options
 * @returns {{readonly current: "light" | "dark", toggle: () => void}}
 */
export function createTheme({ onChange }) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  let chosen = read();

  const current = () => chosen ?? (system.matches ? "dark" : "light");
  const mark = () => {
    if (chosen) root.dataset.theme = chosen;
    else delete root.dataset.theme;
  };
  const apply = () => {
    mark();
    forgetThemeColors();
    onChange(current());
  };

  system.addEventListener("change", () => {
    if (!chosen) apply();
  });
  mark();
  readThemeColors(); // while there is little to lay out

  return {
    get current() {
      return current();
    },
    toggle() {
      const next = current() === "dark" ? "light" : "dark";
      chosen = next === (system.matches ? "dark" : "light") ? null : next;
      write(chosen);
      apply();
    },
  };
}

/** @returns {"light" | "dark" | null} */
function read() {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === "light" || stored === "dark" ? stored : null;
  } catch {
    return null; // storage may be forbidden, as in some frames
  }
}

/** @param {"light" | "dark" | null} theme */
function write(theme) {
  try {
    if (theme) localStorage.setItem(KEY, theme);
    else localStorage.removeItem(KEY);
  } catch {
    // the choice then holds for this visit only
  }
}
