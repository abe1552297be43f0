/** The last experiments, kept in this browser: a card of each to show, and its file. */

import { openDB } from "idb";

/**
 * @typedef {object} Card
 * @property {string} key
 * @property {number} time milliseconds
 * @property {string} title Made of the experiment.
 * @property {string} [name] Given by the user, in its place.
 * @property {string} picture address of a small image
 * @property {boolean} pinned
 */

const NAME = "experiments";
const MOST = 20;
export const LONGEST_NAME = 80;

/** What a card is called. @param {Card} card */
export const nameOf = ({ name, title }) => name || title;

/**
 * A card with a name, as it was typed; with none, or with the title that it has anyway, it is called by its title.
 *
 * @param {Card} card
 * @param {string} typed
 * @returns {Card}
 */
export function named({ name: _, ...card }, typed) {
  const name = typed.replace(/\s+/g, " ").trim().slice(0, LONGEST_NAME);
  return name && name !== card.title ? { ...card, name } : card;
}

/**
 * What a run that goes on has of the card that it had: whoever pinned or named it meant the run.
 *
 * @param {Omit<Card, "pinned" | "name">} card
 * @param {Card | undefined} before
 * @returns {Card}
 */
export const succeeding = (card, before) =>
  named({ ...card, pinned: before?.pinned ?? false }, before?.name ?? "");

/**
 * Which cards have to go: the oldest that are neither pinned nor named.
 *
 * @param {Card[]} cards
 * @param {number} [most] that stay, of those neither pinned nor named
 */
export const surplus = (cards, most = MOST) =>
  cards
    .filter(({ pinned, name }) => !pinned && !name)
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

  /**
   * @param {string} key
   * @param {(card: Card) => Card} make
   * @returns {Promise<Card | undefined>} The card as it is now, if it is still there.
   */
  async function alter(key, make) {
    const change = (await database()).transaction("cards", "readwrite");
    const before = /** @type {Card | undefined} */ (await change.store.get(key));
    const card = before && make(before);
    if (card) await change.store.put(card);
    await change.done;
    return card;
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
     * @param {Omit<Card, "pinned" | "name">} card
     * @param {string} text
     */
    async keep(card, text) {
      const change = (await database()).transaction(["cards", "files"], "readwrite");
      const cards = change.objectStore("cards");
      const before = /** @type {Card | undefined} */ (await cards.get(card.key));
      await Promise.all([
        cards.put(succeeding(card, before)),
        change.objectStore("files").put(text, card.key),
      ]);
      for (const { key } of surplus(await cards.getAll())) {
        await Promise.all([cards.delete(key), change.objectStore("files").delete(key)]);
      }
      await change.done;
    },

    /** @param {string} key @param {boolean} pinned */
    pin: (key, pinned) => alter(key, (card) => ({ ...card, pinned })),

    /** Without a name it is called by its title again. @param {string} key @param {string} typed */
    rename: (key, typed) => alter(key, (card) => named(card, typed)),

    async clear() {
      const change = (await database()).transaction(["cards", "files"], "readwrite");
      await Promise.all([change.objectStore("cards").clear(), change.objectStore("files").clear()]);
      await change.done;
    },
  };
}

/** @typedef {ReturnType<typeof createKept>} Kept */
