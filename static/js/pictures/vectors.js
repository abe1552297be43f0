// A pen for vector graphics: what the painters of the page do on a canvas, written down as SVG.

/**
 * @import {Rgb} from "../color.js"
 *
 * @typedef {ReturnType<typeof createVectors>} Vectors
 */

const round = (/** @type {number} */ value) => Number(value.toFixed(2));

/** @param {string} text */
export const escaped = (text) =>
  text.replace(/[&<>"]/g, (sign) => `&#${/** @type {number} */ (sign.codePointAt(0))};`);

/**
 * One element as text; attributes without a value are left out.
 *
 * @param {string} tag
 * @param {Record<string, string | number | null | undefined>} attributes
 * @param {string} [content] SVG, or text that is `escaped`
 */
export function tag(tag, attributes, content = "") {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(
      ([name, value]) =>
        ` ${name}="${escaped(String(typeof value === "number" ? round(value) : value))}"`,
    )
    .join("");
  return content ? `<${tag}${written}>${content}</${tag}>` : `<${tag}${written}/>`;
}

/**
 * A colour as older programs read it too: without alpha, which is an attribute of its own.
 *
 * @param {string} color `#rgb...`, or as `css` in color.js writes it
 * @returns {[string, number]}
 */
function opaque(color) {
  const numbers = /^rgb\((\d+) (\d+) (\d+) \/ ([\d.]+)\)$/.exec(color);
  if (!numbers) return [color, 1];
  const hex = numbers.slice(1, 4).map((value) => Number(value).toString(16).padStart(2, "0"));
  return [`#${hex.join("")}`, Number(numbers[4])];
}

/** @param {string} name @param {string} color @param {number} alpha */
function paint(name, color, alpha) {
  const [plain, own] = opaque(color);
  return { [name]: plain, [`${name}-opacity`]: own * alpha < 1 ? own * alpha : null };
}

/**
 * The part of a 2D canvas context that the painters of the page use. `elements` is what they drew.
 *
 * Texts keep the size of their font and its weight; all are in one family.
 */
export function createVectors() {
  /** @type {string[]} */
  const elements = [];
  /** @type {string[]} */
  let path = [];
  let last = { path: "", fill: "", at: -1 };
  let transform = "";
  /** @type {(() => void)[]} */
  const saved = [];
  /** @type {number[]} */
  let dash = [];

  const context = {
    fillStyle: "#000",
    strokeStyle: "#000",
    lineWidth: 1,
    lineCap: "butt",
    lineJoin: "miter",
    lineDashOffset: 0,
    globalAlpha: 1,
    font: "11px sans-serif",
    textAlign: "left",
    textBaseline: "alphabetic",

    beginPath: () => (path = []),
    moveTo: (/** @type {number} */ x, /** @type {number} */ y) =>
      path.push(`M${round(x)} ${round(y)}`),
    lineTo: (/** @type {number} */ x, /** @type {number} */ y) =>
      path.push(`${path.length ? "L" : "M"}${round(x)} ${round(y)}`),
    bezierCurveTo: (/** @type {number[]} */ ...at) => path.push(`C${at.map(round).join(" ")}`),
    closePath: () => path.push("Z"),
    /** @type {(x: number, y: number, radius: number, from: number, to: number) => void} */
    arc(x, y, radius, from, to) {
      const start = [x + radius * Math.cos(from), y + radius * Math.sin(from)].map(round);
      const end = [x + radius * Math.cos(to), y + radius * Math.sin(to)].map(round);
      const r = round(radius);
      path.push(`${path.length ? "L" : "M"}${start.join(" ")}`);
      if (to - from >= 2 * Math.PI - 1e-9) {
        const opposite = [2 * x - start[0], 2 * y - start[1]].map(round);
        path.push(`A${r} ${r} 0 1 1 ${opposite.join(" ")}`, `A${r} ${r} 0 1 1 ${start.join(" ")}Z`);
      } else {
        path.push(`A${r} ${r} 0 ${to - from > Math.PI ? 1 : 0} 1 ${end.join(" ")}`);
      }
    },

    fill() {
      const d = path.join("");
      if (!d) return;
      const attributes = { d, ...paint("fill", context.fillStyle, context.globalAlpha), transform };
      last = { path: d + transform, fill: JSON.stringify(attributes), at: elements.length };
      elements.push(tag("path", attributes));
    },
    stroke() {
      const d = path.join("");
      if (!d) return;
      const stroke = {
        ...paint("stroke", context.strokeStyle, context.globalAlpha),
        "stroke-width": context.lineWidth,
        "stroke-dasharray": dash.join(" "),
        "stroke-linecap": context.lineCap === "butt" ? null : context.lineCap,
        "stroke-linejoin": context.lineJoin === "miter" ? null : context.lineJoin,
      };
      // What is filled and then stroked is one thing.
      if (last.path === d + transform && last.at === elements.length - 1) {
        elements[last.at] = tag("path", { ...JSON.parse(last.fill), ...stroke });
      } else {
        elements.push(tag("path", { d, fill: "none", ...stroke, transform }));
      }
    },
    /** @type {(x: number, y: number, width: number, height: number) => void} */
    fillRect(x, y, width, height) {
      const fill = paint("fill", context.fillStyle, context.globalAlpha);
      elements.push(tag("rect", { x, y, width, height, ...fill, transform }));
    },
    /** @type {(x: number, y: number, width: number, height: number) => void} */
    strokeRect(x, y, width, height) {
      const stroke = paint("stroke", context.strokeStyle, context.globalAlpha);
      const line = { fill: "none", ...stroke, "stroke-width": context.lineWidth };
      elements.push(tag("rect", { x, y, width, height, ...line, transform }));
    },
    /** @type {(text: string, x: number, y: number) => void} */
    fillText(text, x, y) {
      elements.push(write(text, x, y));
    },
    /** A ground for what is written next. @type {(text: string, x: number, y: number) => void} */
    strokeText(text, x, y) {
      const stroke = paint("stroke", context.strokeStyle, context.globalAlpha);
      elements.push(write(text, x, y, { ...stroke, "stroke-width": context.lineWidth }));
    },
    /** Enough for where a text is put on a line. @param {string} text */
    measureText: (text) => ({ width: 0.56 * fontSize() * text.length }),

    setLineDash: (/** @type {number[]} */ next) => (dash = next),
    save() {
      const [styles, move, dashes] = [{ ...context }, transform, dash];
      saved.push(() => {
        Object.assign(context, styles);
        [transform, dash] = [move, dashes];
      });
    },
    restore: () => saved.pop()?.(),
    translate: (/** @type {number} */ x, /** @type {number} */ y) =>
      (transform += `${transform ? " " : ""}translate(${round(x)} ${round(y)})`),
    rotate: (/** @type {number} */ angle) =>
      (transform += `${transform ? " " : ""}rotate(${round((angle * 180) / Math.PI)})`),
  };

  const fontSize = () => Number(/([\d.]+)px/.exec(context.font)?.[1] ?? 11);

  /** @type {(text: string, x: number, y: number, more?: Record<string, any>) => string} */
  function write(text, x, y, more = {}) {
    const anchors = /** @type {Record<string, string>} */ ({ center: "middle", right: "end" });
    const size = fontSize();
    const attributes = {
      x,
      y: context.textBaseline === "middle" ? y + 0.35 * size : y,
      "font-size": size,
      "font-weight": /^(\d{3}|bold)/.exec(context.font)?.[1],
      "text-anchor": anchors[context.textAlign],
      ...paint("fill", context.fillStyle, context.globalAlpha),
      ...more,
      transform,
    };
    return tag("text", attributes, escaped(text));
  }

  return {
    elements,
    context: /** @type {CanvasRenderingContext2D} */ (/** @type {unknown} */ (context)),
    /** @param {string} element */
    add: (element) => elements.push(element),
  };
}

/**
 * A whole picture.
 *
 * @param {{width: number, height: number, title: string, ground: string}} options
 * @param {string[]} elements
 */
export function picture({ width, height, title, ground }, elements) {
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    width,
    height,
    viewBox: `0 0 ${round(width)} ${round(height)}`,
    "font-family": "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
  };
  const [fill] = opaque(ground);
  const back = tag("rect", { width, height, fill });
  const name = tag("title", {}, escaped(title));
  return tag("svg", attributes, `\n${[name, back, ...elements].join("\n")}\n`);
}
