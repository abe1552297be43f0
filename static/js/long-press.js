/** A finger that rests on something, told apart from a tap and from the start of scrolling. */

const LONG_MS = 450;
/** A finger is never quite still, in CSS pixels. */
const SLOP = 10;

/**
 * @param {HTMLElement} root
 * @param {{reacts: (target: EventTarget | null) => boolean, onPress: (target: EventTarget) => void}} options
 *   `reacts`: whether a long press on this means anything; everything else is left to the browser. What is
 *   pressed long is not clicked when the finger goes, and opens no menu.
 */
export function createPress(root, { reacts, onPress }) {
  /** @type {{target: EventTarget, x: number, y: number, id: number, timer: ReturnType<typeof setTimeout>,
   *   isLong: boolean} | null} */
  let press = null;

  function end() {
    if (press) clearTimeout(press.timer);
    press = null;
    root.classList.remove("is-pressing");
  }

  root.addEventListener("pointerdown", (event) => {
    end();
    const { target, pointerType, isPrimary } = event;
    if (pointerType === "mouse" || !isPrimary || !target || !reacts(target)) return;
    const started = {
      target,
      x: event.clientX,
      y: event.clientY,
      id: event.pointerId,
      isLong: false,
      timer: setTimeout(() => {
        started.isLong = true;
        onPress(target);
      }, LONG_MS),
    };
    press = started;
    root.classList.add("is-pressing"); // no text is selected under the finger
  });
  root.addEventListener("pointermove", ({ pointerId, clientX, clientY }) => {
    if (press?.id !== pointerId || press.isLong) return;
    if (Math.hypot(clientX - press.x, clientY - press.y) > SLOP) end();
  });
  // The browser takes the finger over, to scroll.
  root.addEventListener("pointercancel", end);
  // Without it the click that a touch ends in is not made, so a list does not open and a button is not pressed.
  root.addEventListener(
    "touchend",
    (event) => {
      if (press?.isLong && event.cancelable) event.preventDefault();
      end();
    },
    { passive: false },
  );
  root.addEventListener("pointerup", ({ pointerType }) => {
    if (pointerType === "pen") end(); // a finger's end is the touchend that follows
  });
  root.addEventListener("contextmenu", (event) => {
    if (press) event.preventDefault();
  });
}
