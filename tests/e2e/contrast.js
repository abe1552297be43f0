/**
 * Every text in sight: its words, where its letters are, its colour with its opacity, and whether it is large.
 * Texts of controls that cannot be used are left out, as WCAG does.
 */
() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const words = node.textContent.trim();
    const element = node.parentElement;
    if (!words || element.closest("script, style, noscript, :disabled, [aria-disabled=true]"))
      continue;
    if (element.closest("option, canvas, .visually-hidden")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const [box] = range.getClientRects();
    if (!box || box.width < 3 || box.height < 6) continue;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    if (box.x < 0 || box.y < 0 || box.right > innerWidth || box.bottom > innerHeight) continue;
    const seen = document.elementFromPoint(x, y);
    const style = getComputedStyle(element);
    if (!seen || !(element.contains(seen) || style.pointerEvents === "none")) continue;
    let opacity = 1;
    for (let at = element; at; at = at.parentElement) opacity *= getComputedStyle(at).opacity;
    if (style.visibility !== "visible" || opacity < 0.05) continue;
    const [r, g, b, a] = rgba(style.color);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    found.push({
      words: `${element.className || element.tagName}: ${words.slice(0, 40)}`,
      box: [box.x, box.y, box.right, box.bottom].map(Math.round),
      color: [r, g, b],
      alpha: a * opacity,
      least: isLarge ? 3 : 4.5,
    });
  }
  return found;
};
