// Pictures that are made at the build: the icons in pixels, and the one that shows the page where a link to it is told on.

import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { Resvg } from "@resvg/resvg-js";
import subsetFont from "subset-font";
import { computeLayout } from "../static/js/layout.js";
import { linkWidth } from "../static/js/parts/links.js";

const ICON = "static/img/favicon.svg";
const TEXTS = "static/i18n/en.json";
const INTER = "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2";
const [NEGATIVE, NEUTRAL, POSITIVE] = ["#f0902f", "#e9ecef", "#0877bd"];
/** As social networks show it. */
const [WIDTH, HEIGHT] = [1200, 630];
const MAP = { left: 760, top: 190, side: 370, cells: 74 };
const INK = "#17212b";

/**
 * Writes all of them under names with a hash.
 *
 * @param {string} output the folder of the build
 * @returns {Promise<Record<string, string>>} the file of each name that templates know
 */
export async function writePictures(output) {
  const icon = await readFile(ICON, "utf8");
  const { page } = JSON.parse(await readFile(TEXTS, "utf8"));
  const pictures = {
    "img/icon-48.png": paint(icon, 48),
    "img/icon-180.png": paint(icon.replace(/ rx="\d+"/, ""), 180),
    "img/icon-512.png": paint(icon.replace(/ rx="\d+"/, ""), 512),
    "img/social.png": await withFont(page.name, (fonts) => paint(social(page.name), WIDTH, fonts)),
  };
  await mkdir(path.join(output, "img"), { recursive: true });
  /** @type {Record<string, string>} */
  const files = {};
  for (const [name, png] of Object.entries(pictures)) {
    const hash = createHash("sha256").update(png).digest("hex").slice(0, 8).toUpperCase();
    files[name] = name.replace(".png", `-${hash}.png`);
    await writeFile(path.join(output, files[name]), png);
  }
  return files;
}

/** @param {string} svg @param {number} width @param {string[]} [fontFiles] */
function paint(svg, width, fontFiles = []) {
  const font = { fontFiles, loadSystemFonts: false, defaultFontFamily: "Inter Variable" };
  return new Resvg(svg, { fitTo: { mode: "width", value: width }, font }).render().asPng();
}

/**
 * The bold letters of the page, in a file, which the painter wants.
 *
 * @template T
 * @param {string} letters
 * @param {(files: string[]) => T} use
 */
async function withFont(letters, use) {
  const whole = await readFile(createRequire(import.meta.url).resolve(INTER));
  const font = await subsetFont(whole, letters, {
    targetFormat: "sfnt",
    variationAxes: { wght: 700 },
  });
  const folder = await mkdtemp(path.join(tmpdir(), "font-"));
  try {
    await writeFile(path.join(folder, "inter.ttf"), font);
    return use([path.join(folder, "inter.ttf")]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The name, a network as the page lays it out, and a decision map of two spirals. @param {string} name */
function social(name) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}">
    <rect width="${WIDTH}" height="${HEIGHT}" fill="#f4f6f8"/>
    <rect width="${WIDTH}" height="128" fill="${INK}"/>
    <text x="70" y="84" font-family="Inter Variable" font-weight="700" font-size="52" fill="#fff">${name}</text>
    <g transform="translate(10 96)">${network()}</g>
    ${map()}
  </svg>`;
}

/** Numbers in [-1, 1] that are the same at every build. */
function createNumbers() {
  let state = 7;
  return () => {
    state = (state * 16807) % 2147483647;
    return (state / 2147483647) * 2 - 1;
  };
}

function network() {
  const shape = { features: [true, true, true, true], layers: [5, 4], outputs: 1 };
  const room = { width: 700, height: 530, left: 60, right: 30, control: 0 };
  const { columns, links, tile } = computeLayout(shape, room);
  const next = createNumbers();
  const lines = Array.from({ length: links.count }, (_, i) => {
    const weight = 4 * next() ** 3 || 0;
    const { x0, y0, x1, y1 } = links;
    const middle = (x0[i] + x1[i]) / 2;
    const curve = `M${x0[i]} ${y0[i]}C${middle} ${y0[i]} ${middle} ${y1[i]} ${x1[i]} ${y1[i]}`;
    const opacity = Math.min(1, 0.25 + Math.abs(weight));
    return `<path d="${curve}" fill="none" stroke="${weight > 0 ? POSITIVE : NEGATIVE}"
      stroke-width="${linkWidth(weight) * 1.3}" opacity="${opacity}"/>`;
  });
  const tiles = columns.flatMap(({ x, y }) =>
    Array.from(x, (left, row) => {
      const turn = Math.round(180 * next());
      const id = `t${left}-${y[row]}`;
      return `<linearGradient id="${id}" gradientTransform="rotate(${turn} .5 .5)">
          <stop stop-color="${NEGATIVE}"/><stop offset=".5" stop-color="${NEUTRAL}"/>
          <stop offset="1" stop-color="${POSITIVE}"/></linearGradient>
        <rect x="${left}" y="${y[row]}" width="${tile}" height="${tile}" rx="8" fill="url(#${id})"
          stroke="${INK}" stroke-opacity=".25"/>`;
    }),
  );
  return lines.join("") + tiles.join("");
}

/** Which arm of the spirals is nearer, from -1 to 1. @param {number} x @param {number} y */
function answer(x, y) {
  const radius = Math.hypot(x, y);
  return Math.tanh(2.6 * Math.cos(Math.atan2(x, y) - 2.1 * radius * 0.9) * Math.min(1, radius));
}

function map() {
  const { left, top, side, cells } = MAP;
  const size = side / cells;
  const place = (/** @type {number} */ value) => (value / side) * 9 - 4.5;
  const ground = Array.from({ length: cells * cells }, (_, i) => {
    const [x, y] = [(i % cells) * size, Math.floor(i / cells) * size];
    const value = answer(place(x + size / 2), place(y + size / 2));
    return `<rect x="${x}" y="${y}" width="${size + 0.4}" height="${size + 0.4}"
      fill="${value > 0 ? POSITIVE : NEGATIVE}" fill-opacity="${Math.abs(value)}"/>`;
  });
  const dots = [0, Math.PI].flatMap((phase, arm) =>
    Array.from({ length: 26 }, (_, i) => {
      const radius = 0.45 + (i / 26) * 3.6;
      const angle = 1.89 * radius + phase;
      const [x, y] = [radius * Math.sin(angle), radius * Math.cos(angle)];
      const at = (/** @type {number} */ value) => ((value + 4.5) / 9) * side;
      return `<circle cx="${at(x)}" cy="${at(y)}" r="6.5" fill="${arm ? NEGATIVE : POSITIVE}"
        stroke="#fff" stroke-width="2"/>`;
    }),
  );
  return `<g transform="translate(${left} ${top})"><clipPath id="map"><rect width="${side}" height="${side}"
    rx="14"/></clipPath><g clip-path="url(#map)" shape-rendering="crispEdges"><rect width="${side}" height="${side}" fill="${NEUTRAL}"/>
    ${ground.join("")}<g shape-rendering="geometricPrecision">${dots.join("")}</g></g></g>`;
}
