// What the page remembers between visits, where the browser lets it.

/**
 * @param {string} key
 * @returns {Record<string, any>} what was remembered, nothing at first
 */
export function recall(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

/**
 * @param {string} key
 * @param {Record<string, any>} state
 */
export function remember(key, state) {
  try {
    localStorage.setItem(key, JSON.stringify(state));
  } catch {
    // storage may be forbidden
  }
}
