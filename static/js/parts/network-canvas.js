// The canvas of the network as the page sees it. It is painted by a worker, so that the page stays
// free for what people do, or by the page itself where the browser cannot do that.

/**
 * @import {Frame} from "../protocol.js"
 * @import {Layout} from "../layout.js"
 * @import {NetworkModel} from "./network-model.js"
 * @import {Drawing, Job} from "./network-painter.js"
 * @import {ThemeColors} from "./theme-colors.js"
 *
 * @typedef {object} NetworkCanvas
 * @property {HTMLCanvasElement} canvas
 * @property {(colors: ThemeColors) => void} theme
 * @property {(model: NetworkModel, layout: Layout, zoom: number, glides?: boolean) => void} use
 * @property {(test: ((index: number) => boolean) | null) => void} choose emphasises some links, fades the
 *   others
 * @property {(frame: Frame | null, flows: boolean) => void} paint shows all of the above, soon
 * @property {() => Partial<Job>} told all that is painted now
 * @property {() => void} destroy
 */

import { h } from "../dom.js";
import { createMailbox } from "../mailbox.js";
import { pixelRatio } from "./canvas.js";
import { drawnFeatures } from "./network-model.js";
import { length } from "../magnification.js";

/** More pixels than this cost too much, of time and memory. */
const MOST_PIXELS = 12e6;

/**
 * Pixels for each unit of length, more where the drawing is enlarged.
 *
 * @param {{width: number, height: number}} layout
 * @param {number} zoom
 */
function ratioFor({ width, height }, zoom) {
  const usual = pixelRatio();
  return Math.max(usual, Math.min(usual * zoom, Math.sqrt(MOST_PIXELS / (width * height))));
}

/**
 * @param {string} url of the worker
 * @returns {NetworkCanvas}
 */
export function createNetworkCanvas(url) {
  const canvas = h("canvas", { class: "network-canvas", "aria-hidden": "true" });
  /** @type {Worker | null} */
  let worker = null;
  /** @type {Layout | null} */
  let layout = null;
  let look = "";
  let ratio = 1;
  /** @type {Frame | null} */
  let shown = null;
  /** @type {ReturnType<typeof createMailbox<Job>>} what the painter has not been told yet */
  const jobs = createMailbox();
  /** All of what the painter was told. @type {Partial<Job>} */
  let told = {};

  /** @param {Partial<Job>} job */
  function tell(job) {
    told = { ...told, ...job };
    jobs.add(job);
  }

  async function paintHere() {
    worker?.terminate();
    worker = null;
    /** @type {typeof import("../workers/network-painter.js")} */
    const { createNetworkPainter } = await import(new URL(url, document.baseURI).href);
    const painter = createNetworkPainter(canvas);
    jobs.open((job) => {
      painter.paint(job);
      jobs.done();
    });
  }

  function paintElsewhere() {
    let given = false;
    const remote = new Worker(url, { type: "module", name: "network-painter" });
    worker = remote;
    remote.onmessage = ({ data }) => {
      if (data !== "ready") {
        jobs.done();
        return;
      }
      // Not before it is there: a canvas that has been given away cannot be had back.
      const offscreen = canvas.transferControlToOffscreen();
      given = true;
      remote.postMessage({ canvas: offscreen }, [offscreen]);
      jobs.open((job) => remote.postMessage(job));
    };
    remote.onerror = () => {
      if (given) jobs.done();
      else paintHere();
    };
  }

  if ("Worker" in window && "transferControlToOffscreen" in canvas) paintElsewhere();
  else paintHere();

  return {
    canvas,

    theme(colors) {
      tell({ colors });
    },

    use(model, newLayout, zoom, glides = false) {
      const features = drawnFeatures(model).map(({ active, map, scale }) => ({
        active,
        map,
        scale,
      }));
      const { discretize } = model;
      const names = drawnFeatures(model).map(({ label, active }) => [label, active]);
      const newLook = JSON.stringify([discretize, names]);
      const newRatio = ratioFor(newLayout, zoom);
      if (newLayout === layout && newLook === look && newRatio === ratio) return;
      if (newLayout !== layout) {
        canvas.style.width = length(newLayout.width);
        canvas.style.height = length(newLayout.height);
        tell({ marks: null });
      }
      [layout, look, ratio] = [newLayout, newLook, newRatio];
      tell({ drawing: { layout, features, discretize, ratio, glides } });
    },

    choose(test) {
      const count = layout?.links.count ?? 0;
      const marks = test && Uint8Array.from({ length: count }, (_, i) => (test(i) ? 1 : 0));
      tell({ marks });
    },

    paint(frame, flows) {
      if (frame !== shown) tell({ frame: frame && parts(frame) });
      shown = frame;
      tell({ flows });
      jobs.send();
    },

    told: () => told,

    destroy: () => worker?.terminate(),
  };
}

/**
 * What is painted of a frame; all of it is in one buffer, which is copied once.
 *
 * @param {Frame} frame
 */
const parts = ({ parameters, units, unitScales, unitSide, outputs, outputScales, side }) => ({
  parameters,
  units,
  unitScales,
  unitSide,
  outputs,
  outputScales,
  side,
});
