// Where floating cards go.

/** @typedef {{left: number, right: number, top: number, bottom: number}} Box */

/** @type {(a: Box, b: Box) => boolean} */
const overlap = (a, b) =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/**
 * Where to put a card beside something so that it stays in view and does not cover what it is about.
 *
 * @param {Box} anchor
 * @param {{width: number, height: number}} card
 * @param {{width: number, height: number}} view
 * @param {{gap?: number, avoid?: Box[]}} [options] what else it had better not cover
 * @returns {{x: number, y: number}}
 */
export function placeCard(anchor, card, view, { gap = 10, avoid = [] } = {}) {
  const EDGE = 8;
  /** @type {(low: number, size: number, limit: number) => number} */
  const inside = (low, size, limit) => Math.max(EDGE, Math.min(low, limit - size - EDGE));
  const x = inside((anchor.left + anchor.right - card.width) / 2, card.width, view.width);
  const y = inside((anchor.top + anchor.bottom - card.height) / 2, card.height, view.height);
  const places = [
    { x: anchor.right + gap, y },
    { x: anchor.left - gap - card.width, y },
    { x, y: anchor.bottom + gap },
    { x, y: anchor.top - gap - card.height },
    { x: anchor.right - card.width, y: anchor.bottom + gap },
    { x: anchor.right - card.width, y: anchor.top - gap - card.height },
    { x: anchor.left, y: anchor.bottom + gap },
    { x: anchor.left, y: anchor.top - gap - card.height },
  ];
  let best = { x, y };
  let fewest = Infinity;
  for (const place of places) {
    const box = {
      left: place.x,
      right: place.x + card.width,
      top: place.y,
      bottom: place.y + card.height,
    };
    const isOut =
      Math.min(box.left, box.top) < 0 || box.right > view.width || box.bottom > view.height;
    const covered = avoid.filter((other) => overlap(box, other)).length + (isOut ? 100 : 0);
    if (covered < fewest) [best, fewest] = [place, covered];
  }
  return {
    x: inside(best.x, card.width, view.width),
    y: inside(best.y, card.height, view.height),
  };
}
