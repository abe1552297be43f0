/**
 * Lists what is read or spoken on the page, with where it is.
 *
 * @returns {[string, string][]}
 */
() => {
  const NAMES = ["title", "alt", "placeholder", "aria-label", "aria-description", "data-tip"];
  const found = [];
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_ALL);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node instanceof Element ? node : node.parentElement;
    if (!element || element.closest("script, style, [lang][hreflang], math, .math-name, #footer"))
      continue;
    const where = `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""}`;
    if (node.nodeType === Node.TEXT_NODE) found.push([node.textContent.trim(), where]);
    if (node instanceof Element)
      for (const name of NAMES) found.push([(node.getAttribute(name) ?? "").trim(), where]);
  }
  // An address is for programs.
  return found.filter(([text]) => /\p{L}|\d\.\d/u.test(text) && !/^https?:/.test(text));
};
