/** The last experiments, kept in this browser: a card of each to show, and its file. */

import { openDB } from "idb";

/**
 * @typedef {object} Card
 * @property {string} key
 * @property {number} time milliseconds
 * @property {string} title
 * @property {string} picture address of a small image
 * @property {boolean} pinned
 */

const NAME = "experiments";
const MOST = 20;

/**
 * Which cards have to go: the oldest that are not pinned.
 *
 * @param {Card[]} cards
 * @param {number} [most] that stay, of those not pinned
 */
export const surplus = (cards, most = MOST) =>
  cards
    .filter(({ pinned }) => !pinned)
    .sort((a, b) => b.time - a.time)
    .slice(most);

/** Every call is rejected where the browser keeps nothing, or has no room. */
export function createKept() {
  /** @type {ReturnType<typeof openDB> | null} */
  let opening = null;

  async function database() {
    opening ??= openDB(NAME, 1, {
      upgrade(made) {
        made.createObjectStore("cards", { keyPath: "key" });
        made.createObjectStore("files");
      },
      blocking: (_, __, event) => /** @type {IDBDatabase} */ (event.target).close(),
      terminated: () => (opening = null),
    });
    try {
      return await opening;
    } catch (error) {
      opening = null;
      throw error;
    }
  }

  /** @param {Iterable<string>} keys */
  async function remove(keys) {
    const change = (await database()).transaction(["cards", "files"], "readwrite");
    for (const key of keys) {
      change.objectStore("cards").delete(key);
      change.objectStore("files").delete(key);
    }
    await change.done;
  }

  return {
    remove,

    /** @returns {Promise<Card[]>} The pinned ones first, then the newest. */
    async list() {
      /** @type {Card[]} */
      const cards = await (await database()).getAll("cards");
      return cards.sort((a, b) => Number(b.pinned) - Number(a.pinned) || b.time - a.time);
    },

    /** @param {string} key @returns {Promise<string | undefined>} */
    file: async (key) => (await database()).get("files", key),

    /**
     * Keeps one, in the place of what was kept of the same run.
     *
     * @param {Omit<Card, "pinned">} card
     * @param {string} text
     */
    async keep(card, text) {
      const change = (await database()).transaction(["cards", "files"], "readwrite");
      const cards = change.objectStore("cards");
      const before = /** @type {Card | undefined} */ (await cards.get(card.key));
      await Promise.all([
        cards.put({ ...card, pinned: before?.pinned ?? false }),
        change.objectStore("files").put(text, card.key),
      ]);
      for (const { key } of surplus(await cards.getAll())) {
        await Promise.all([cards.delete(key), change.objectStore("files").delete(key)]);
      }
      await change.done;
    },

    /** @param {string} key @param {boolean} pinned */
    async pin(key, pinned) {
      const change = (await database()).transaction("cards", "readwrite");
      const card = /** @type {Card | undefined} */ (await change.store.get(key));
      if (card) await change.store.put({ ...card, pinned });
      await change.done;
    },

    async clear() {
      const change = (await database()).transaction(["cards", "files"], "readwrite");
      await Promise.all([change.objectStore("cards").clear(), change.objectStore("files").clear()]);
      await change.done;
    },
  };
}

/** @typedef {ReturnType<typeof createKept>} Kept */
