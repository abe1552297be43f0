// Paints the network beside the page: is given the canvas, then one job after the other. A page that
// cannot have it beside itself imports it.

/** @import {Job} from "../parts/network-painter.js" */

import { createNetworkPainter } from "../parts/network-painter.js";

export { createNetworkPainter };

/** How long to rest after a job, in terms of the job: some of the processor is left to others. */
const REST = 1.5;

/** @type {ReturnType<typeof createNetworkPainter> | undefined} */
let painter;

/** @param {MessageEvent<{canvas: OffscreenCanvas} | Job>} event */
function take({ data }) {
  if ("canvas" in data) {
    painter = createNetworkPainter(data.canvas);
    return;
  }
  const start = performance.now();
  painter?.paint(data);
  // What was painted becomes pixels between two turns.
  setTimeout(() => {
    setTimeout(() => self.postMessage("painted"), REST * (performance.now() - start));
  }, 0);
}

if (typeof document === "undefined") {
  self.onmessage = take;
  self.postMessage("ready");
}
