/** Small helpers to make elements. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [properties] `class`, `on*` listeners, `data-*`, `aria-*` and `role` as
 *   attributes; everything else is a property of the element.
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (/^(data|aria)-|^(role|for|list|form)$/.test(name)) element.setAttribute(name, value);
    else /** @type {any} */ (element)[name] = value;
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

/**
 * One of the icons that the template defines.
 *
 * @param {string} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/**
 * @param {SVGSVGElement} svg
 * @param {string} name
 */
export function setIcon(svg, name) {
  svg.firstElementChild?.setAttribute("href", `#icon-${name}`);
}

/**
 * Writes text only when it is another, so that nothing is laid out for nothing, and into the text that
 * is there, so that its style is not worked out anew.
 *
 * @param {Node} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent === text) return;
  const { firstChild } = node;
  if (firstChild instanceof Text && !firstChild.nextSibling) firstChild.data = text;
  else node.textContent = text;
}

/**
 * Writes text that ends where its box does. It is a text of its own each time: one that only began elsewhere would
 * have moved on the page.
 *
 * @param {HTMLElement} element
 * @param {string} text
 */
export function setEndText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * An explanation that shows on hover, on keyboard focus and on a long press; `createTooltips` shows it.
 *
 * @param {HTMLElement} element
 * @param {string} text
 * @param {HTMLElement} [described] The control that the text describes for assistive technology.
 */
export function setTip(element, text, described = element) {
  if (element.dataset.tip === text) return;
  element.dataset.tip = text;
  if (text) described.setAttribute("aria-description", text);
  else described.removeAttribute("aria-description");
}

let ids = 0;

/**
 * @param {string} prefix
 * @returns {string}
 */
export const uniqueId = (prefix) => `${prefix}-${++ids}`;

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The template has no element "${id}".`);
  return element;
}
