/**
 * Two fingers enlarge the drawing of the network, or make all of it fit; one drags it, as it scrolls; two taps
 * beside the neurons set it back.
 */

export const MOST = 3;
const TWICE_MS = 320;
const NEAR = 24;

/**
 * @param {HTMLElement} scroller
 * @param {HTMLElement} stage what is enlarged
 * @param {(zoom: number) => void} onRest It has a size that it keeps for now.
 */
export function createZoom(scroller, stage, onRest) {
  let zoom = 1;
  /** The fingers when there were two, and what lay between them. */
  let start = { apart: 0, zoom: 1, x: 0, y: 0 };
  let tap = { time: -Infinity, x: 0, y: 0 };
  let pinching = false;

  /** At which all of it is seen. */
  const least = () =>
    Math.min(
      1,
      scroller.clientWidth / Math.max(1, Number.parseFloat(getComputedStyle(stage).width)),
    );

  /** @param {number} wanted */
  function set(wanted) {
    zoom = Math.min(MOST, Math.max(least(), wanted));
    if (Math.abs(zoom - 1) < 0.02) zoom = 1;
    const { width, height } = getComputedStyle(stage);
    stage.style.transform = zoom === 1 ? "" : `scale(${zoom})`;
    // What it takes follows, so that it scrolls as far as it goes.
    stage.style.marginRight = zoom === 1 ? "" : `calc(${width} * ${zoom - 1})`;
    stage.style.marginBottom = zoom === 1 ? "" : `calc(${height} * ${zoom - 1})`;
  }

  /** @param {TouchList} touches */
  function fingers([a, b]) {
    const { left, top } = scroller.getBoundingClientRect();
    const [x, y] = [(a.clientX + b.clientX) / 2 - left, (a.clientY + b.clientY) / 2 - top];
    return { apart: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY), x, y };
  }

  function onStart(/** @type {TouchEvent} */ event) {
    if (event.touches.length !== 2) return;
    event.preventDefault();
    pinching = true;
    const { apart, x, y } = fingers(event.touches);
    const at = { x: (scroller.scrollLeft + x) / zoom, y: (scroller.scrollTop + y) / zoom };
    start = { apart, zoom, ...at };
  }

  function onMove(/** @type {TouchEvent} */ event) {
    if (!pinching || event.touches.length !== 2) return;
    event.preventDefault();
    const { apart, x, y } = fingers(event.touches);
    set((start.zoom * apart) / start.apart);
    scroller.scrollLeft = start.x * zoom - x;
    scroller.scrollTop = start.y * zoom - y;
  }

  function onEnd(/** @type {TouchEvent} */ event) {
    if (pinching) {
      if (event.touches.length > 0) return;
      pinching = false;
      onRest(zoom);
      return;
    }
    const [{ clientX: x, clientY: y }] = event.changedTouches;
    const isSecond =
      event.timeStamp - tap.time < TWICE_MS && Math.hypot(x - tap.x, y - tap.y) < NEAR;
    tap = { time: isSecond ? -Infinity : event.timeStamp, x, y };
    const isBeside = event.target instanceof Element && !event.target.closest("button, select");
    if (!isSecond || zoom === 1 || !isBeside) return;
    event.preventDefault();
    reset();
  }

  function reset() {
    if (zoom === 1) return;
    set(1);
    onRest(1);
  }

  scroller.addEventListener("touchstart", onStart, { passive: false });
  scroller.addEventListener("touchmove", onMove, { passive: false });
  scroller.addEventListener("touchend", onEnd, { passive: false });
  scroller.addEventListener("touchcancel", onEnd, { passive: false });

  return {
    /** The drawing has another size. */
    reset,
  };
}
