/** What the page fetches only when it is first wanted: parts, their style sheets and their texts. */

/**
 * @template T
 * @typedef {object} Late
 * @property {() => void} fetch Ahead of its use.
 * @property {(task: (part: T) => void, onFailure?: () => void) => Promise<void>} use Does something with the part,
 *   at once if it is there.
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
  const late = {
    get now() {
      return part;
    },
    fetch() {
      if (!loading) void late.use(() => {});
    },
    async use(/** @type {(part: T) => void} */ task, failed = onFailure) {
      try {
        loading ??= load();
        part ??= await loading;
      } catch (error) {
        loading = null;
        console.error(error);
        failed();
        return;
      }
      task(part);
    },
  };
  return late;
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
