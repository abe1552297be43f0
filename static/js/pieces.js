/** Characters of a piece of a file; the server takes no longer ones (`LONGEST_PIECE`). */
export const LONGEST = 80_000;

/**
 * A text in pieces, no character cut in two.
 *
 * @param {string} text
 * @param {number} [longest]
 * @returns {string[]} One at least.
 */
export function pieces(text, longest = LONGEST) {
  const parts = [];
  for (let start = 0; start < text.length || parts.length === 0;) {
    let end = Math.min(text.length, start + longest);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last < 0xdc00) end--;
    parts.push(text.slice(start, end));
    start = end;
  }
  return parts;
}
