import assert from "node:assert/strict";
import test from "node:test";
import { pause } from "../../static/js/timing.js";

test("a pause lets what waits run first, with and without the browser's own", async () => {
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
  await pause();
  delete scope.scheduler;
  assert.equal(ran.at(-1), "yielded");
});
