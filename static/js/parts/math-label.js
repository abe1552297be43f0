// Labels such as x<sub>1</sub><sup>2</sup>, built without ever trusting them as HTML.

import { h } from "../dom.js";

const TAGS = ["sub", "sup", "i", "em", "var", "b"];

/**
 * @param {string} html only tags for indices, exponents and emphasis count; others are text
 * @returns {HTMLElement}
 */
export function mathLabel(html) {
  const root = h("span", { class: "math" });
  /** @type {HTMLElement[]} */
  const open = [root];
  for (const part of html.split(/(<\/?[a-z]+>)/)) {
    const [, closing, tag] = /^<(\/?)([a-z]+)>$/.exec(part) ?? [];
    const parent = open[open.length - 1];
    if (!tag || !TAGS.includes(tag)) parent.append(...words(withEntities(part)));
    else if (!closing) {
      const element = document.createElement(tag);
      parent.append(element);
      open.push(element);
    } else if (open.length > 1) open.pop();
  }
  return root;
}

/**
 * Variables are slanted; names of functions, numbers and brackets stand upright.
 *
 * @param {string} text
 */
const words = (text) =>
  text
    .split(/([a-z]{2,}\d*|[\d.]+|[()|√π])/i)
    .filter(Boolean)
    .map((part) =>
      /^([a-z]{2,}\d*|[\d.]+|[()|√π])$/i.test(part)
        ? h("span", { class: "math-name" }, part)
        : part,
    );

/** @type {Record<string, string>} */
const ENTITIES = {
  amp: "&",
  lt: "<",
  gt: ">",
  nbsp: "\u00a0",
  middot: "·",
  minus: "−",
  times: "×",
};

/** @param {string} text */
const withEntities = (text) =>
  text.replace(/&([a-z]+);/g, (whole, name) => ENTITIES[name] ?? whole);
