import { h, setText } from "../dom.js";
import { formatCount, formatLoss } from "../format.js";

/** @import {Translate} from "../i18n.js" */
/** @import {Frame} from "../protocol.js" */

/** By then the last frame before a pause has come. */
const SETTLED_MS = 300;

/**
 * Says to screen readers that training has begun, and where it has come to when it pauses. In between it is silent.
 *
 * @param {HTMLElement} element
 * @param {{t: Translate, frame: () => Frame | null}} options
 */
export function createAnnouncements(element, { t, frame }) {
  const said = h("p", { class: "visually-hidden said", role: "status" });
  element.append(said);
  let was = false;

  return {
    /** @param {boolean} playing */
    playing(playing) {
      if (playing === was) return;
      was = playing;
      if (playing) setText(said, t("transport.began"));
      else setTimeout(pause, SETTLED_MS);
    },
  };

  function pause() {
    const last = frame();
    if (was || !last) return;
    const { epoch, loss } = last;
    setText(
      said,
      t("transport.paused", {
        epoch: formatCount(epoch),
        test: formatLoss(loss.test),
        training: formatLoss(loss.train),
      }),
    );
  }
}
