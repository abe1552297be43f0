// Stands in the page itself, runs before anything is painted, and waits for nothing: what would change under the eye if it
// came with the rest, and what takes a browser a while at its first use, begun while files are on their way.

import { markTheme, THEMES, wished } from "./look.js";

markTheme(wished("theme", THEMES));

const link = new URLSearchParams(location.hash.slice(1));
const hidesText = [link.get("hide_text"), link.get("hideText")].includes("true");
document.documentElement.classList.toggle("text-hidden", hidesText);

try {
  sessionStorage.getItem("session"); // asks another process, as `wished` does
} catch {
  // storage may be forbidden
}

const numbers = document.currentScript?.dataset.numbers ?? "";
setTimeout(() => new Worker(numbers, { name: document.documentElement.lang }));
