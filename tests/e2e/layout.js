// Looks at the layout of the page: where its parts are, and what is wrong with it at any size.
// The whole file is one function, which Playwright evaluates.
(parts) => {
  const name = (/** @type {Element} */ element) =>
    element.getAttribute("aria-label") ||
    element.textContent.trim().replace(/\s+/g, " ").slice(0, 40) ||
    element.id ||
    element.className;

  const isShown = (/** @type {Element} */ element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 1 && height > 1 && element.checkVisibility({ visibilityProperty: true });
  };

  /** What can be seen of an element, and whether something scrolls to the rest. */
  function seen(/** @type {Element} */ element) {
    const box = element.getBoundingClientRect();
    let { left, top, right, bottom } = box;
    let scrolls = false;
    for (let at = element.parentElement; at; at = at.parentElement) {
      const { overflowX, overflowY, position } = getComputedStyle(at);
      if (overflowX !== "visible" || overflowY !== "visible") {
        const clip = at.getBoundingClientRect();
        left = Math.max(left, clip.left);
        top = Math.max(top, clip.top);
        right = Math.min(right, clip.right);
        bottom = Math.min(bottom, clip.bottom);
        if (/auto|scroll/.test(overflowX + overflowY)) scrolls = true;
      }
      if (position === "fixed") break;
    }
    const isCut =
      box.left < left - 1 || box.right > right + 1 || box.top < top - 1 || box.bottom > bottom + 1;
    return { left, top, right, bottom, isCut: isCut && !scrolls };
  }

  const boxes = {};
  for (const selector of parts) {
    const element = document.querySelector(selector);
    if (!element || !isShown(element)) continue;
    const { left, top, width, height } = element.getBoundingClientRect();
    boxes[selector] = [left, top + scrollY, width, height].map(Math.round);
  }

  const faults = [];
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > innerWidth) faults.push(`the page is ${scrollWidth} wide`);

  const CONTROLS = "button, a[href], select, summary, input, [role=slider]";
  const controls = [...document.querySelectorAll(`:is(.header, .app) :is(${CONTROLS})`)]
    .filter(isShown)
    .map((element) => ({ element, ...seen(element) }));
  for (const { element, left, right, isCut } of controls) {
    if (isCut) faults.push(`“${name(element)}” is cut off`);
    if (left < -1 || right > innerWidth + 1) faults.push(`“${name(element)}” is outside`);
  }
  for (const [i, a] of controls.entries()) {
    for (const b of controls.slice(i + 1)) {
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across <= 2 || down <= 2) continue;
      if (a.element.contains(b.element) || b.element.contains(a.element)) continue;
      faults.push(`“${name(a.element)}” and “${name(b.element)}” are on top of each other`);
    }
  }

  const shortened = [];
  for (const element of document.querySelectorAll(":is(.header, .app) *")) {
    const hasText = [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.nodeValue.trim(),
    );
    if (!hasText || !isShown(element)) continue;
    const { overflowX, textOverflow, clipPath } = getComputedStyle(element);
    if (overflowX !== "hidden" || clipPath !== "none") continue;
    if (element.scrollWidth <= element.clientWidth + 1) continue;
    if (textOverflow === "ellipsis") shortened.push(name(element));
    else faults.push(`“${name(element)}” is clipped`);
  }
  return { boxes, shortened, faults };
};
