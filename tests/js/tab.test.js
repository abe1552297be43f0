import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { createTab } from "../../static/js/tab.js";

/** A window with an address bar and a store, in which a link is opened as by a user. */
class FakeWindow extends EventTarget {
  /** @param {{hash: string, stored?: object | null, isForbidden?: boolean}} options */
  constructor({ hash, stored = null, isForbidden = false }) {
    super();
    this.location = { hash, href: `http://localhost/${hash}` };
    this.stored = stored && JSON.stringify(stored);
    const refuse = () => {
      if (isForbidden) throw new Error("storage is forbidden");
    };
    this.sessionStorage = {
      getItem: () => {
        refuse();
        return this.stored;
      },
      setItem: (/** @type {string} */ _, /** @type {string} */ value) => {
        refuse();
        this.stored = value;
      },
    };
    this.history = {
      state: null,
      replaceState: (/** @type {any} */ _, /** @type {string} */ __, /** @type {string} */ to) => {
        this.location.hash = to;
      },
    };
    const { location, sessionStorage, history } = this;
    Object.assign(globalThis, { location, sessionStorage, history });
    globalThis.addEventListener = this.addEventListener.bind(this);
  }

  /** The address changes at once, and the event comes after other work. @param {string} hash */
  open(hash) {
    this.location.hash = hash;
    return () => this.dispatchEvent(new Event("hashchange"));
  }
}

/** @param {ConstructorParameters<typeof FakeWindow>[0]} options */
function tabIn(options) {
  const window = new FakeWindow(options);
  /** @type {string[]} */
  const opened = [];
  return { window, opened, tab: createTab({ onHash: (hash) => opened.push(hash) }) };
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("a reload goes on with the session, another link does not", () => {
  const stored = { token: "abc", hash: "#v=1" };
  assert.equal(tabIn({ hash: "#v=1", stored }).tab.token, "abc");
  assert.equal(tabIn({ hash: "#v=1&dataset=xor", stored }).tab.token, null);
});

test("the address follows the experiment", () => {
  const { window, opened, tab } = tabIn({ hash: "" });
  tab.setToken("abc");
  tab.setHash("#v=1&dataset=xor");
  mock.timers.tick(1000);
  assert.equal(window.location.hash, "#v=1&dataset=xor");
  assert.deepEqual(JSON.parse(window.stored ?? ""), { token: "abc", hash: "#v=1&dataset=xor" });
  assert.deepEqual(opened, []);
});

test("a link that is opened while the address is about to be written is not written over", () => {
  const { window, opened, tab } = tabIn({ hash: "#v=1" });
  tab.setToken("abc");
  tab.setHash("#v=1&dataset=xor"); // written when the interval has passed
  const told = window.open("#v=1&dataset=gauss");
  mock.timers.tick(1000);
  told();
  assert.deepEqual(opened, ["#v=1&dataset=gauss"]);
  assert.equal(window.location.hash, "#v=1&dataset=gauss");
  assert.equal(tab.hash, "#v=1&dataset=gauss");
});

test("the link that is played already is not opened again", () => {
  const { window, opened, tab } = tabIn({ hash: "#v=1" });
  tab.setHash("#v=1&dataset=xor");
  window.open("#v=1&dataset=xor")();
  assert.deepEqual(opened, []);
});

test("the address follows where nothing may be stored", () => {
  const { window, tab } = tabIn({ hash: "", isForbidden: true });
  tab.setHash("#v=1&dataset=xor");
  mock.timers.tick(1000);
  assert.equal(window.location.hash, "#v=1&dataset=xor");
});
