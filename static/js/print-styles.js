// The page on paper, fetched when somebody leaves the page, as for a menu, or presses a key that begins a command of the
// browser.

import css from "../css/late/print.css";
import { addStyles } from "./late.js";

/** @import {Job} from "./parts/network-painter.js" */

addStyles(`@media print {${css}}`);

/** Pixels for each unit of length. */
const RATIO = 2;

let used = false;

/**
 * Has all be painted for paper before the page is printed, and for the screen after it.
 *
 * @param {() => Partial<Job>} told what the painter of the network was told: a worker paints it, which comes too late
 *   for paper, so that it is painted once more, at once
 * @param {(on: boolean) => void} toPaper shows all as on paper, at once
 */
export async function usePaper(told, toPaper) {
  if (used) return;
  used = true;
  const network = /** @type {HTMLElement} */ (document.getElementById("network"));
  const dock = /** @type {HTMLElement} */ (document.getElementById("dock"));
  /** @type {typeof import("./workers/network-painter.js") | null} */
  let painter = null;
  /** @type {HTMLCanvasElement | null} */
  let sheet = null;

  function paintNetwork() {
    const canvas = network.querySelector("canvas");
    const { drawing, ...rest } = told();
    if (!painter || !canvas || !drawing) return;
    // Pixels first, or the paper would get every stroke: there are too many for a printer.
    const bitmap = document.createElement("canvas");
    const sharp = { ...drawing, ratio: Math.max(RATIO, drawing.ratio) };
    painter.createNetworkPainter(bitmap).paint({ ...rest, drawing: sharp, flows: false });
    sheet = document.createElement("canvas");
    [sheet.width, sheet.height] = [bitmap.width, bitmap.height];
    sheet.className = "network-canvas is-paper";
    sheet.ariaHidden = "true";
    sheet.style.cssText = canvas.style.cssText;
    sheet.getContext("2d")?.drawImage(bitmap, 0, 0);
    canvas.after(sheet);
  }

  addEventListener("beforeprint", () => {
    const { clientWidth } = dock.querySelector(".dock-body") ?? dock;
    dock.style.setProperty("--dock-width", `${clientWidth}`);
    toPaper(true);
    paintNetwork();
  });
  addEventListener("afterprint", () => {
    sheet?.remove();
    toPaper(false);
  });
  painter = await import(new URL(network.dataset.worker ?? "", document.baseURI).href);
}
