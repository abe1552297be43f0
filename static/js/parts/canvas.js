// Canvases with as many pixels as the screen has, drawn on in CSS pixels.

/**
 * @typedef {object} Layer
 * @property {HTMLCanvasElement} canvas
 * @property {CanvasRenderingContext2D} context
 * @property {(width: number, height: number) => void} resize in CSS pixels
 * @property {() => void} clear
 */

/** More pixels than this per CSS pixel cannot be seen, but cost time. */
const MOST_PIXELS = 2;

/**
 * @param {string} className
 * @returns {Layer}
 */
export function createLayer(className) {
  const canvas = document.createElement("canvas");
  canvas.className = className;
  canvas.setAttribute("aria-hidden", "true");
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser offers no 2D canvas.");
  let [width, height] = [0, 0];

  return {
    canvas,
    context,
    resize(newWidth, newHeight) {
      [width, height] = [newWidth, newHeight];
      const ratio = Math.min(MOST_PIXELS, Math.max(1, devicePixelRatio || 1));
      const [columns, rows] = [Math.round(width * ratio), Math.round(height * ratio)];
      if (canvas.width !== columns || canvas.height !== rows) {
        canvas.width = columns;
        canvas.height = rows;
        canvas.style.width = `${width}px`;
        canvas.style.height = `${height}px`;
      }
      context.setTransform(columns / width || 1, 0, 0, rows / height || 1, 0, 0);
    },
    clear() {
      context.clearRect(0, 0, width, height);
    },
  };
}

/**
 * Runs a function once, in the next animation frame, however often it is asked for.
 *
 * @param {() => void} run
 */
export function oncePerFrame(run) {
  let request = 0;
  return {
    request() {
      request ||= requestAnimationFrame(() => {
        request = 0;
        run();
      });
    },
    cancel() {
      cancelAnimationFrame(request);
      request = 0;
    },
  };
}
