// The TeX between dollar signs in the texts of the article, as MathML: the page needs neither a library
// nor fonts for it.

import katex from "katex";

const TEX = /\$\$(.+?)\$\$|\$(.+?)\$/gs;

/**
 * @param {string} text `$x$` within a line, `$$x$$` on a line of its own
 * @returns {string} with `<math>` elements in their places
 */
export const withMathml = (text) =>
  text.replace(TEX, (_, display, inline) => {
    const html = katex.renderToString(display ?? inline, {
      output: "mathml",
      displayMode: display !== undefined,
      throwOnError: true,
      strict: "error",
    });
    const [math] = /<math.*<\/math>/s.exec(html) ?? [""];
    return math.replace(/<annotation.*?<\/annotation>/gs, "").replace(/<\/?semantics>/g, "");
  });

/**
 * @param {unknown} tree of texts
 * @returns {unknown}
 */
export function mathmlTexts(tree) {
  if (typeof tree === "string") return withMathml(tree);
  const entries = Object.entries(/** @type {object} */ (tree));
  return Object.fromEntries(entries.map(([key, value]) => [key, mathmlTexts(value)]));
}
