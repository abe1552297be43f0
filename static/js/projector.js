import { forgetMagnification } from "./magnification.js";

/**
 * Projector mode: all of the page in large type, laid out so that it still fits.
 *
 * @param {HTMLElement} root
 * @param {{onChange: (on: boolean) => void, onFailure: () => void}} options `onChange` follows a change of sizes.
 */
export function createProjector(root, { onChange, onFailure }) {
  const large = matchMedia("(width >= 2200px) and (height >= 1200px)"); // as in the style sheet
  const onPaper = matchMedia("print");
  let on = false;

  function changed() {
    if (onPaper.matches) return; // there, what is drawn keeps its pixels
    forgetMagnification();
    onChange(on);
  }

  large.addEventListener("change", changed);
  addEventListener("resize", () => on && changed());

  return {
    /** @param {boolean} wanted */
    async set(wanted) {
      if (wanted === on) return;
      on = wanted;
      try {
        if (on) await import("./projector-styles.js");
      } catch (error) {
        console.error(error);
        on = false;
        onFailure();
      }
      root.classList.toggle("projector", on);
      changed();
    },
  };
}
