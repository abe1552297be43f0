/** A QR code as a drawing of squares. */

import encodeQR from "qr";

const SVG = "http://www.w3.org/2000/svg";
/** Squares of white around a code, by which readers find it. */
const BORDER = 4;

/**
 * @param {string} text
 * @returns {{side: number, path: string}} The dark squares as a path, each of side 1.
 */
export function qrPath(text) {
  const rows = encodeQR(text, "raw", { ecc: "low", border: BORDER });
  return { side: rows.length, path: rows.map(rowPath).join("") };
}

/**
 * @param {string} text
 * @param {string} label
 * @returns {SVGSVGElement}
 */
export function createQr(text, label) {
  const { side, path } = qrPath(text);
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${side} ${side}`);
  svg.setAttribute("shape-rendering", "crispEdges");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  const squares = document.createElementNS(SVG, "path");
  squares.setAttribute("d", path);
  svg.append(squares);
  return svg;
}

/**
 * The dark squares of a row, those beside each other as one.
 *
 * @param {boolean[]} row
 * @param {number} y
 */
function rowPath(row, y) {
  let path = "";
  for (let x = 0; x < row.length; x++) {
    const start = x;
    while (row[x]) x++;
    if (x > start) path += `M${start} ${y}h${x - start}v1h${start - x}z`;
  }
  return path;
}
