/**
 * A box that scrolls where its content is too large: it then is a stop for the keyboard, which cannot scroll it
 * otherwise, and has a name. Where all of it is seen, it is neither.
 *
 * @param {HTMLElement} element
 * @param {string} label
 * @returns {() => void} looks again, for content that came later
 */
export function scrollsByKeyboard(element, label) {
  const look = () => {
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = element;
    const scrolls = scrollWidth > clientWidth || scrollHeight > clientHeight;
    if (scrolls === element.hasAttribute("tabindex")) return;
    if (scrolls) {
      element.tabIndex = 0;
      element.setAttribute("role", "region");
      element.setAttribute("aria-label", label);
    } else for (const name of ["tabindex", "role", "aria-label"]) element.removeAttribute(name);
  };
  const observer = new ResizeObserver(look);
  observer.observe(element);
  for (const child of element.children) observer.observe(child);
  return look;
}
