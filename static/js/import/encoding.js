// From bytes to text: which encoding they have, and what is no text at all.

import { Refusal } from "./refusal.js";

const CHUNK = 1 << 19;
const SNIFFED = 1 << 12;

/** Beginnings of files that people take for tables. @type {[string, number[]][]} */
const SIGNATURES = [
  ["spreadsheet", [0x50, 0x4b, 0x03, 0x04]],
  ["spreadsheet", [0xd0, 0xcf, 0x11, 0xe0]],
  ["compressed", [0x1f, 0x8b]],
  ["pdf", [0x25, 0x50, 0x44, 0x46]],
];

/**
 * The encoding that the first bytes show: a mark, or zeros at every second place. Null when they do not.
 *
 * @param {Uint8Array} bytes
 * @returns {string | null}
 */
export function sniffEncoding(bytes) {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return "utf-8";
  if (a === 0xff && b === 0xfe) return "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  const sniffed = bytes.subarray(0, SNIFFED);
  const zeros = [0, 0];
  sniffed.forEach((byte, i) => (zeros[i % 2] += Number(byte === 0)));
  const many = 0.15 * sniffed.length;
  if (zeros[1] > many && zeros[0] === 0) return "utf-16le";
  if (zeros[0] > many && zeros[1] === 0) return "utf-16be";
  return null;
}

/**
 * Refuses what begins like another kind of file.
 *
 * @param {Uint8Array} bytes
 */
export function refuseOtherFiles(bytes) {
  for (const [code, signature] of SIGNATURES) {
    if (signature.every((byte, i) => bytes[i] === byte)) throw new Refusal(code);
  }
}

/**
 * Refuses text that no table has: control characters, JSON, a web page.
 *
 * @param {string} text its beginning
 */
export function refuseOtherText(text) {
  let controls = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0) throw new Refusal("binary");
    if (code < 32 && code !== 9 && code !== 10 && code !== 12 && code !== 26) controls++;
  }
  if (controls > text.length / 100) throw new Refusal("binary");
  if (/^\s*(?:\{\s*"|\[\s*[[{"])/.test(text)) throw new Refusal("json");
  if (/^\s*<(?:!doctype|html|\?xml)/i.test(text)) throw new Refusal("html");
}

/**
 * The text of a file, piece by piece, with \n at the end of every line.
 *
 * @param {Blob} blob
 * @param {{encoding: string, strict: boolean, onProgress: (bytes: number) => Promise<void>}} options
 *   With `strict`, bytes that do not fit the encoding throw a TypeError.
 * @returns {AsyncGenerator<string>}
 */
export async function* readText(blob, { encoding, strict, onProgress }) {
  const decoder = new TextDecoder(encoding, { fatal: strict });
  let held = ""; // a \r whose \n may be the first of the next piece
  for (let start = 0; start < blob.size; start += CHUNK) {
    const end = Math.min(start + CHUNK, blob.size);
    const bytes = await blob.slice(start, end).arrayBuffer();
    const piece = held + decoder.decode(bytes, { stream: end < blob.size });
    held = end < blob.size && piece.endsWith("\r") ? "\r" : "";
    yield (held ? piece.slice(0, -1) : piece).replace(/\r\n?/g, "\n");
    await onProgress(end);
  }
}
