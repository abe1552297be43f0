/**
 * Lists the texts that cannot be read whole: cut off with or without an ellipsis, beyond the edge of the page, or
 * behind something else. A list is measured with every choice that it has.
 *
 * @returns {{looked: number, cut: string[]}}
 */
() => {
  const ROOM = 1; // of rounding
  const ONE_LINE = ".field-label, .slider-label, .button, .toggle, .stage-button, [role=tab]";
  const cut = [];
  let looked = 0;

  const isShown = (/** @type {Element} */ element) => {
    const { width, height } = element.getBoundingClientRect();
    return (
      width > 1 &&
      height > 1 &&
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
      !element.closest(".visually-hidden, [inert]")
    );
  };

  const where = (/** @type {Element} */ element) =>
    [element.tagName.toLowerCase(), ...element.classList].join(".");

  const complain = (
    /** @type {string} */ text,
    /** @type {Element} */ element,
    what = "is cut off",
  ) => cut.push(`“${text.trim().replace(/\s+/g, " ").slice(0, 60)}” ${what} (${where(element)})`);

  /** What of the page an element may show something in; where it scrolls, all can be read. */
  function window_(/** @type {Element} */ element) {
    let [left, right] = [0, innerWidth];
    for (let at = element; at; at = at.parentElement) {
      const { overflowX, position } = getComputedStyle(at);
      if (/auto|scroll/.test(overflowX) && at !== document.documentElement && at !== document.body)
        return [left, right].every(Number.isFinite) && at.scrollWidth > at.clientWidth
          ? [-Infinity, Infinity]
          : [left, right];
      if (overflowX !== "visible") {
        const box = at.getBoundingClientRect();
        left = Math.max(left, box.left);
        right = Math.min(right, box.right);
      }
      if (position === "fixed") break;
    }
    return [left, right];
  }

  const pen = document.createElement("canvas").getContext("2d");
  /** @param {string} text @param {CSSStyleDeclaration} style */
  function widthOf(text, style) {
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    pen.letterSpacing = style.letterSpacing === "normal" ? "0px" : style.letterSpacing;
    return pen.measureText(text).width;
  }

  for (const select of document.querySelectorAll("select")) {
    if (!isShown(select)) continue;
    const chosen = select.selectedIndex;
    for (const [index, { label }] of [...select.options].entries()) {
      looked += 1;
      select.selectedIndex = index; // a list may be as wide as its choice
      const style = getComputedStyle(select);
      const beside = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
      const over = widthOf(label, style) - (select.clientWidth - beside);
      if (over > ROOM) complain(label, select, `is cut off by ${Math.ceil(over)}`);
    }
    select.selectedIndex = chosen;
  }

  for (const input of document.querySelectorAll("input")) {
    if (!isShown(input) || /range|checkbox|radio|file/.test(input.type)) continue;
    if (input.readOnly) continue; // to be copied, not to be read
    looked += 1;
    if (input.scrollWidth > input.clientWidth + ROOM) complain(input.value, input);
    if (!input.value && widthOf(input.placeholder, getComputedStyle(input)) > input.clientWidth)
      complain(input.placeholder, input);
  }

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.nodeValue ?? "";
    const element = node.parentElement;
    if (!element || !/[\p{L}\d]/u.test(text) || !isShown(element)) continue;
    if (element.closest("script, style, noscript, option, select, textarea, svg, .katex")) continue;
    looked += 1;
    const range = document.createRange();
    range.selectNodeContents(node);
    const lines = [...range.getClientRects()];
    if (lines.length === 0) continue;
    const [left, right] = window_(element);
    const from = Math.min(...lines.map((line) => line.left));
    const to = Math.max(...lines.map((line) => line.right));
    if (from < left - ROOM || to > right + ROOM) complain(text, element);
    else if (
      element.matches(ONE_LINE) &&
      range.getBoundingClientRect().height > lines[0].height * 1.5
    )
      complain(text, element, "is on two lines");
  }
  return { looked, cut: [...new Set(cut)] };
};
