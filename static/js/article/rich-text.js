/** Texts with formulas: `<math>`, which the build has put there, and `**words**` that matter. */

import { h } from "../dom.js";

const PARTS = /(<math.*?<\/math>|\*\*.+?\*\*)/s;

/**
 * Text cut at what is not plain in it.
 *
 * @param {string} text
 * @returns {{kind: "text" | "math" | "strong", text: string}[]}
 */
export const splitRichText = (text) =>
  text
    .split(PARTS)
    .filter(Boolean)
    .map((part) => {
      if (part.startsWith("<math")) return { kind: "math", text: part };
      if (part.startsWith("**")) return { kind: "strong", text: part.slice(2, -2) };
      return { kind: "text", text: part };
    });

/**
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export const richText = (text) =>
  splitRichText(text).map(({ kind, text: part }) => {
    if (kind === "strong") return h("strong", {}, part);
    if (kind === "text") return part;
    const { documentElement } = new DOMParser().parseFromString(part, "text/xml");
    return document.importNode(documentElement, true);
  });
