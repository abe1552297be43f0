/**
 * What the server is asked to measure, put together from all that want something: each list that it is
 * sent replaces the one before, and what two want is measured once.
 *
 * @import {DiagnosticEvent} from "#protocol"
 *
 * @typedef {{kind: string} & Record<string, any>} Request
 */

/** The server takes no longer lists. */
const MOST = 8;

/**
 * @param {(requests: Request[]) => void} send
 * @param {(event: DiagnosticEvent) => void} deliver
 */
export function createWatches(send, deliver) {
  /** @type {Map<string, Request[]>} */
  const wanted = new Map();
  /** The last measurement of each request that is sent. @type {Map<string, DiagnosticEvent>} */
  let last = new Map();
  let sent = "[]";

  /** @returns {Map<string, Request>} */
  const requests = () => {
    const all = [...wanted.values()].flat().slice(0, MOST);
    return new Map(all.map((request) => [JSON.stringify(request), request]));
  };

  function tell() {
    const unique = requests();
    last = new Map([...last].filter(([text]) => unique.has(text)));
    const list = [...unique.values()];
    const text = JSON.stringify(list);
    if (text === sent) return;
    sent = text;
    send(list);
  }

  return {
    /**
     * @param {string} owner
     * @returns {(requests: object[]) => void} Replaces what this owner wants. What another had measured
     *   already is told again, as nothing new may come while training pauses.
     */
    of: (owner) => (asked) => {
      const before = new Set((wanted.get(owner) ?? []).map((request) => JSON.stringify(request)));
      const list = /** @type {Request[]} */ (asked);
      const known = new Set(last.values());
      wanted.set(owner, list);
      tell();
      for (const request of list) {
        const text = JSON.stringify(request);
        if (before.has(text)) continue;
        // Another may have asked for the same in other words: with less parameters, or more.
        const event = [...known].find((item) => matches(request, item.diagnostic));
        if (event) queueMicrotask(() => deliver(event));
      }
    },

    /** @param {DiagnosticEvent} event */
    event(event) {
      for (const [text, request] of requests()) {
        if (matches(request, event.diagnostic)) last.set(text, event);
      }
      deliver(event);
    },

    /** A new connection watches nothing yet. */
    connected() {
      sent = "[]";
      last.clear();
      tell();
    },
  };
}

/**
 * Whether a measurement is of what was asked for: the server adds the parameters that were left out.
 *
 * @param {Record<string, any>} asked
 * @param {Record<string, any>} measured
 */
export const matches = (asked, measured) =>
  Object.entries(asked).every(
    ([name, value]) => JSON.stringify(measured[name]) === JSON.stringify(value),
  );
