// The reader of tables as the page sees it: a worker does the reading.

import { Refusal } from "./refusal.js";

/**
 * @import {Given, Overview} from "./reader.js"
 * @import {Reason} from "./refusal.js"
 * @import {Choice, Selection} from "./selection.js"
 *
 * @typedef {{blob: Blob | null, given: Given}} ReadArguments `blob`: null for the same as before
 * @typedef {{id: number, method: "read", args: ReadArguments}
 *   | {id: number, method: "choose", args: Choice}} Call
 * @typedef {{id: number, progress?: number, result?: any, refusal?: Reason, failure?: string}} Answer
 *
 * @typedef {object} RemoteReader
 * @property {(blob: Blob, given: Given, onProgress: (share: number) => void) => Promise<Overview>} read
 *   rejected with a `Refusal`; a later call, or `cancel`, ends it with the code "cancelled"
 * @property {(choice: Choice) => Promise<Selection>} choose
 * @property {() => void} cancel
 */

/**
 * @param {string} url of the worker
 * @returns {RemoteReader}
 */
export function createRemoteReader(url) {
  /** @type {Map<number, {resolve: (result: any) => void, reject: (error: unknown) => void,
   *   onProgress?: (share: number) => void}>} */
  const waiting = new Map();
  let id = 0;
  /** What the worker has. @type {Blob | null} */
  let known = null;
  const worker = new Worker(url, { type: "module", name: "table-reader" });

  worker.onmessage = (/** @type {MessageEvent<Answer>} */ { data }) => {
    const call = waiting.get(data.id);
    if (!call) return;
    if (data.progress !== undefined) {
      call.onProgress?.(data.progress);
      return;
    }
    waiting.delete(data.id);
    const { refusal, failure } = data;
    if (refusal) call.reject(new Refusal(refusal.code, refusal.values));
    else if (failure) call.reject(new Error(failure));
    else call.resolve(data.result);
  };
  worker.onerror = (event) => {
    known = null;
    for (const { reject } of waiting.values()) reject(new Error(event.message || "worker failed"));
    waiting.clear();
  };

  /**
   * @param {Call["method"]} method
   * @param {any} args
   * @param {(share: number) => void} [onProgress]
   * @returns {Promise<any>}
   */
  const call = (method, args, onProgress) =>
    new Promise((resolve, reject) => {
      waiting.set(++id, { resolve, reject, onProgress });
      worker.postMessage({ id, method, args });
    });

  return {
    read(blob, given, onProgress) {
      const same = blob === known;
      known = blob;
      return call("read", { blob: same ? null : blob, given }, onProgress);
    },
    choose: (choice) => call("choose", choice),
    cancel: () => worker.postMessage({ method: "cancel" }),
  };
}
