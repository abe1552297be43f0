/** The language of the page: chosen on the server, and to be changed without losing what is being trained. */

const YEAR = 365 * 24 * 3600;

/**
 * The locale in which the page writes numbers: its language as the browser has it, with the region, in which a
 * decimal is written otherwise than elsewhere.
 *
 * @param {string} language of the page
 * @param {readonly string[]} wanted those of the browser, the dearest first
 */
export const localeOf = (language, wanted) =>
  wanted.find((tag) => tag.toLowerCase().split("-")[0] === language && isTag(tag)) ?? language;

/** Some browsers name a locale of their system that is none: "en-US@posix". @param {string} tag */
function isTag(tag) {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}

/**
 * @param {ParentNode} root has links with `hreflang` to the page in other languages
 * @param {() => string} hash of the experiment, which the address may lag behind
 */
export function createLanguages(root, hash) {
  for (const link of root.querySelectorAll("a[hreflang]")) {
    const { hreflang } = /** @type {HTMLAnchorElement} */ (link);
    // The browser follows the link as it is then: here, or in another tab.
    link.addEventListener("click", () => {
      const path = new URL(".", location.href).pathname;
      document.cookie = `lang=${hreflang}; Path=${path}; Max-Age=${YEAR}; SameSite=Lax`;
      const address = new URL(location.href);
      address.searchParams.set("lang", hreflang);
      address.hash = hash();
      /** @type {HTMLAnchorElement} */ (link).href = address.href;
    });
  }
}
