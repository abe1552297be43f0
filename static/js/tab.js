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

/** An access token has done its work when the page is there: no link is to give it to others. */
function dropAccessToken() {
  const address = new URL(location.href);
  if (!address.searchParams.has("token")) return;
  address.searchParams.delete("token");
  history.replaceState(history.state, "", address);
}

/** @param {() => void} run What a browser may refuse, and what can be done without. */
function attempt(run) {
  try {
    run();
  } catch {
    // refused
  }
}

/**
 * @param {{onHash: (hash: string) => void}} options `onHash` is told when the user opens another link.
 */
export function createTab({ onHash }) {
  dropAccessToken();
  const stored = read();
  // Another link, or none, means another experiment; the same one means a reload.
  let token = stored.token && stored.hash === location.hash ? stored.token : null;
  let hash = location.hash;

  let shown = hash;

  const write = throttle(() => {
    if (location.hash !== shown) return; // another link was opened, which `hashchange` is about to say
    attempt(() => sessionStorage.setItem(KEY, JSON.stringify({ token, hash }))); // may be forbidden
    if (shown === hash) return;
    attempt(() => history.replaceState(history.state, "", hash)); // not more often than browsers like it
    shown = location.hash;
  }, HASH_INTERVAL);

  addEventListener("hashchange", () => {
    if (location.hash === shown) return;
    shown = location.hash;
    if (shown === hash) return;
    hash = shown;
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
      if (value === hash) return;
      hash = value;
      write();
    },
  };
}
