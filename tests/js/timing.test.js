import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { pause } from "../../static/js/timing.js";

test("a pause lets what waits run first, with and without the browser's own, when work has taken a while", async () => {
  let now = 1000;
  mock.method(performance, "now", () => now);
  /** @type {string[]} */
  const ran = [];
  setTimeout(() => ran.push("waiting"));
  await pause();
  ran.push("after");
  assert.deepEqual(ran, ["waiting", "after"]);

  const scope = /** @type {{scheduler?: {yield: () => Promise<void>}}} */ (globalThis);
  scope.scheduler = {
    yield: async () => {
      ran.push("yielded");
    },
  };
  now += 10;
  await pause();
  assert.equal(ran.at(-1), "after", "little has been done");
  now += 40;
  await pause();
  assert.equal(ran.at(-1), "yielded");
  await pause();
  assert.equal(ran.length, 3, "it has just paused");
  delete scope.scheduler;
  mock.restoreAll();
});
