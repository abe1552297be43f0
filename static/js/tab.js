/** What this tab remembers for a reload: its session, and the experiment in the address bar. */

import { throttle } from "./timing.js";

const KEY = "session";
const HASH_INTERVAL = 300;

/** @returns {{token: string | null, hash: string}} */
function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
  } catch {
    return { token: null, hash: "" };
  }
}

/**
 * @param {{onHash: (hash: string) => void}} options `onHash` is told when the user opens another link.
 */
export function createTab({ onHash }) {
  const stored = read();
  // Another link, or none, means another experiment; the same one means a reload.
  let token = stored.token && stored.hash === location.hash ? stored.token : null;
  let hash = location.hash;

  const write = throttle(() => {
    try {
      sessionStorage.setItem(KEY, JSON.stringify({ token, hash }));
      if (location.hash !== hash) history.replaceState(history.state, "", hash);
    } catch {
      // storage may be forbidden, and addresses may not change too often
    }
  }, HASH_INTERVAL);

  addEventListener("hashchange", () => {
    if (location.hash === hash) return;
    hash = location.hash;
    onHash(hash);
  });
  addEventListener("pagehide", () => write.flush());

  return {
    get token() {
      return token;
    },
    get hash() {
      return hash;
    },
    get url() {
      return new URL(hash, location.href).href;
    },
    /** @param {string} value */
    setToken(value) {
      token = value;
      write();
    },
    /** @param {string} value */
    setHash(value) {
      hash = value;
      write();
    },
  };
}
