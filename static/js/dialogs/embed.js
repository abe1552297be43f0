/** The text by which other pages embed this one, and what is to be said of a long address. */

/** @typedef {{width: string, height: number}} Size */

/** Sizes to choose from: the page has one column below 860 pixels. @type {Record<string, Size>} */
export const SIZES = {
  small: { width: "600", height: 500 },
  large: { width: "960", height: 720 },
  full: { width: "100%", height: 720 },
};

/** Characters of an address up to which programs that pass links on can be relied upon. */
const SAFE_LENGTH = 2000;
/** Up to which a code can be read from a screen by a phone: 125 squares a side. */
const QR_LENGTH = 1200;

/**
 * @param {string} url
 * @param {Size} size
 * @param {string} title What a screen reader says of the frame.
 */
export const embedSnippet = (url, { width, height }, title) =>
  `<iframe src="${escape(url)}" width="${width}" height="${height}" title="${escape(title)}"` +
  ` style="border: 0" loading="lazy" allow="clipboard-write; fullscreen; web-share"></iframe>`;

/** @param {string} text */
const escape = (text) =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll('"', "&quot;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");

/** @param {string} url */
export const isLong = (url) => url.length > SAFE_LENGTH;

/** @param {string} url */
export const fitsQr = (url) => url.length <= QR_LENGTH;

/**
 * Who may embed the page, of a `frame-ancestors` policy.
 *
 * @param {string} policy
 * @returns {"all" | "none" | "some"}
 */
export function whoEmbeds(policy) {
  const sources = policy.trim().split(/\s+/);
  if (sources.includes("*")) return "all";
  return sources.every((source) => source === "'none'") ? "none" : "some";
}
