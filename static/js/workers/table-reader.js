// Reads tables beside the page, so that a large one does not stop it.

import { createTableReader } from "../import/reader.js";
import { Refusal } from "../import/refusal.js";

/** @import {Call} from "../import/remote-reader.js" */

const reader = createTableReader();
/** The latest reading; one that is not, stops. */
let latest = 0;
/** Kept here, because what comes from the page is another copy each time. @type {Blob} */
let blob;

/** A folder, or a file that has gone or changed meanwhile. */
const UNREADABLE = { code: "unreadable", values: {} };
const isUnreadable = (/** @type {unknown} */ error) =>
  error instanceof DOMException && /^Not(Found|Readable)Error$/.test(error.name);

/** @param {Call} call */
async function answer({ id, method, args }) {
  if (method === "choose") return reader.choose(args);
  if (args.blob) blob = args.blob;
  latest = id;
  return reader.read(blob, args.given, {
    onProgress: (progress) => self.postMessage({ id, progress }),
    isCancelled: () => latest !== id,
  });
}

self.onmessage = async (/** @type {MessageEvent<Call | {method: "cancel"}>} */ { data }) => {
  if (data.method === "cancel") {
    latest = 0;
    return;
  }
  try {
    self.postMessage({ id: data.id, result: await answer(data) });
  } catch (error) {
    if (error instanceof Refusal) self.postMessage({ id: data.id, refusal: error.reason });
    else if (isUnreadable(error)) self.postMessage({ id: data.id, refusal: UNREADABLE });
    else self.postMessage({ id: data.id, failure: String(error) });
  }
};
