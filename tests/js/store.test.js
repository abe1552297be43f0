import assert from "node:assert/strict";
import test from "node:test";
import { Store } from "../../static/js/store.js";

/** @template T @param {T} value */
function storeWithFrames(value) {
  /** @type {(() => void)[]} */
  const queue = [];
  const store = new Store(value, (run) => queue.push(run));
  const frame = () => queue.splice(0).forEach((run) => run());
  return { store, frame, queue };
}

test("a listener hears the part it selected at once, then when that part changes", () => {
  const { store, frame } = storeWithFrames({ a: 1, b: 1 });
  /** @type {number[]} */
  const heard = [];
  store.select(
    ({ a }) => a,
    (a) => heard.push(a),
  );
  store.set({ a: 2, b: 1 });
  frame();
  store.set({ a: 2, b: 2 });
  frame();
  assert.deepEqual(heard, [1, 2]);
});

test("of several parts a listener hears when one of them changes, once", () => {
  const { store, frame } = storeWithFrames({ a: 1, b: 1, c: 1 });
  /** @type {number[][]} */
  const heard = [];
  store.select(
    ({ a, b }) => [a, b],
    (parts) => heard.push(parts),
  );
  store.set({ a: 2, b: 2, c: 1 });
  frame();
  store.set({ a: 2, b: 2, c: 2 });
  frame();
  assert.deepEqual(heard, [
    [1, 1],
    [2, 2],
  ]);
});

test("listeners run once per animation frame, with the latest value", () => {
  const { store, frame, queue } = storeWithFrames(0);
  /** @type {number[]} */
  const heard = [];
  store.select(
    (value) => value,
    (value) => heard.push(value),
  );
  for (let value = 1; value <= 5; value++) store.set(value);
  assert.equal(queue.length, 1);
  assert.deepEqual(heard, [0]);
  frame();
  assert.deepEqual(heard, [0, 5]);
});

test("setting the value that is there schedules nothing", () => {
  const value = { a: 1 };
  const { store, queue } = storeWithFrames(value);
  store.set(value);
  assert.equal(queue.length, 0);
});

test("a listener may set the store: it is heard in the next frame", () => {
  const { store, frame } = storeWithFrames(0);
  /** @type {number[]} */
  const heard = [];
  store.select(
    (value) => value,
    (value) => {
      heard.push(value);
      if (value === 1) store.set(2);
    },
  );
  store.set(1);
  frame();
  frame();
  assert.deepEqual(heard, [0, 1, 2]);
});

test("flush runs the listeners now, and an ended selection hears no more", () => {
  const { store } = storeWithFrames(0);
  /** @type {number[]} */
  const heard = [];
  const end = store.select(
    (value) => value,
    (value) => heard.push(value),
  );
  store.set(1);
  store.flush();
  end();
  store.set(2);
  store.flush();
  assert.deepEqual(heard, [0, 1]);
});
