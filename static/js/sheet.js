/**
 * On a phone an open panel is a sheet over the foot of the page: its head is dragged up to see more, and down to
 * close it.
 */

const PHONE = "(width <= 520px)";
const CLOSES = 80;
const OPENS = 40;
/** Less than this is a tap. */
const SLOP = 8;

/**
 * @param {HTMLElement} element
 * @param {HTMLElement} head by which it is dragged
 * @param {() => void} onClose
 */
export function createSheet(element, head, onClose) {
  const phone = matchMedia(PHONE);
  /** @type {number | null} */
  let from = null;

  head.addEventListener("pointerdown", ({ clientY, isPrimary }) => {
    if (isPrimary && phone.matches && element.classList.contains("is-open")) from = clientY;
  });
  addEventListener("pointermove", ({ clientY }) => {
    if (from === null) return;
    element.style.translate = `0 ${Math.max(0, clientY - from)}px`;
  });
  /** @type {(event: PointerEvent) => void} */
  const end = ({ clientY, type }) => {
    if (from === null) return;
    const down = clientY - from;
    from = null;
    element.style.translate = "";
    if (type === "pointercancel" || Math.abs(down) < SLOP) return;
    // What the finger was put down on is not meant.
    const ignore = (/** @type {Event} */ event) => event.stopPropagation();
    head.addEventListener("click", ignore, { capture: true, once: true });
    setTimeout(() => head.removeEventListener("click", ignore, { capture: true }), 50);
    if (down < -OPENS) element.classList.add("is-tall");
    else if (down > CLOSES) {
      if (element.classList.contains("is-tall")) element.classList.remove("is-tall");
      else onClose();
    }
  };
  addEventListener("pointerup", end);
  addEventListener("pointercancel", end);
}
