// Runs before anything is painted, and waits for nothing: what would change under the eye if it came with the rest.

import { markTheme, THEMES, wished } from "./look.js";

markTheme(wished("theme", THEMES));

const link = new URLSearchParams(location.hash.slice(1));
const hidesText = [link.get("hide_text"), link.get("hideText")].includes("true");
document.documentElement.classList.toggle("text-hidden", hidesText);
