// Random samples from a fixed seed: the same rows every time.

const SEED = 0x5eed;

/**
 * Random numbers from 0 to 1 (mulberry32, Tommy Ettinger).
 *
 * @param {number} [seed]
 */
export function createRandom(seed = SEED) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), 1 | state);
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z;
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * As many of the items that pass by as there is room for, each with the same chance (Vitter's algorithm R).
 *
 * @template T
 * @param {number} room
 * @param {(item: T) => T} [keep] makes of an item what is kept of it
 */
export function createReservoir(room, keep = (item) => item) {
  const random = createRandom();
  /** @type {T[]} */
  const items = [];
  let seen = 0;
  return {
    items,
    get seen() {
      return seen;
    },
    /** @param {T} item */
    add(item) {
      seen++;
      if (items.length < room) {
        items.push(keep(item));
        return;
      }
      const at = Math.floor(random() * seen);
      if (at < room) items[at] = keep(item);
    },
  };
}

/**
 * Some of the items, in their order, each with the same chance.
 *
 * @template T
 * @param {T[]} items
 * @param {number} count
 */
export function drawSome(items, count) {
  if (items.length <= count) return items;
  const random = createRandom();
  let wanted = count;
  return items.filter((_, i) => {
    const taken = random() * (items.length - i) < wanted;
    if (taken) wanted--;
    return taken;
  });
}
