/** What the page fetches only when it is first wanted: parts, their style sheets and their texts. */

/**
 * @template T
 * @typedef {object} Late
 * @property {(task: (part: T) => void) => Promise<void>} use Does something with the part, once it is there.
 * @property {T | null} now The part, if it is there.
 */

/**
 * @template T
 * @param {() => Promise<T>} load Fetches and creates the part.
 * @param {() => void} onFailure It could not be fetched; the next use tries again.
 * @returns {Late<T>}
 */
export function createLate(load, onFailure) {
  /** @type {Promise<T> | null} */
  let loading = null;
  /** @type {T | null} */
  let part = null;
  return {
    get now() {
      return part;
    },
    async use(task) {
      try {
        loading ??= load();
        part = await loading;
      } catch (error) {
        loading = null;
        console.error(error);
        onFailure();
        return;
      }
      task(part);
    },
  };
}

/**
 * Adds the style sheet that a part brought along.
 *
 * @param {string} css
 */
export function addStyles(css) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
}
