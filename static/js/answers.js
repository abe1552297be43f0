/** Answers to commands that somebody waits for: each is told apart by the id of its command. */

const PATIENCE_MS = 20_000;

/** @param {{timeout: string}} options What is said when no answer comes. */
export function createAnswers({ timeout }) {
  /** @type {Map<number, {resolve: (event: any) => void, reject: (error: Error) => void}>} */
  const waiting = new Map();

  /** @type {(id: number | null | undefined) => ReturnType<typeof waiting.get>} */
  const take = (id) => {
    const found = waiting.get(id ?? -1);
    if (found) waiting.delete(id ?? -1);
    return found;
  };
  return {
    /** @param {number} id @returns {Promise<any>} */
    wait(id) {
      setTimeout(() => take(id)?.reject(new Error(timeout)), PATIENCE_MS);
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    },
    /** @param {{id?: number | null}} event @returns {boolean} Whether somebody has waited for it. */
    answer(event) {
      const found = take(event.id);
      found?.resolve(event);
      return Boolean(found);
    },
    /** @param {number | null | undefined} id @param {string} message @returns {boolean} */
    refuse(id, message) {
      const found = take(id);
      found?.reject(new Error(message));
      return Boolean(found);
    },
  };
}
