import assert from "node:assert/strict";
import { test } from "node:test";
import { createMailbox } from "../../static/js/mailbox.js";

/** @typedef {{a: number, b: number}} Job */

function opened() {
  /** @type {ReturnType<typeof createMailbox<Job>>} */
  const jobs = createMailbox();
  /** @type {Job[]} */
  const got = [];
  jobs.open((job) => got.push(job));
  return { jobs, got };
}

test("a job has what was added, and goes when it is asked for", () => {
  const { jobs, got } = opened();
  jobs.add({ a: 1 });
  assert.deepEqual(got, []);
  jobs.send();
  assert.deepEqual(got, [{ a: 1 }]);
});

test("one job is under way at a time; the next has the latest of everything", () => {
  const { jobs, got } = opened();
  for (const a of [1, 2, 3]) {
    jobs.add({ a });
    if (a === 2) jobs.add({ b: 9 });
    jobs.send();
  }
  assert.deepEqual(got, [{ a: 1 }]);
  jobs.done();
  assert.deepEqual(got, [{ a: 1 }, { a: 3, b: 9 }]);
  jobs.done();
  assert.equal(got.length, 2);
});

test("what was added without a request waits for one", () => {
  const { jobs, got } = opened();
  jobs.send();
  jobs.add({ a: 1 });
  jobs.done();
  assert.deepEqual(got, [{}]);
  jobs.send();
  assert.deepEqual(got, [{}, { a: 1 }]);
});

test("jobs wait for somebody to do them", () => {
  /** @type {ReturnType<typeof createMailbox<Job>>} */
  const jobs = createMailbox();
  /** @type {Job[]} */
  const got = [];
  jobs.add({ a: 1 });
  jobs.send();
  jobs.open((job) => {
    got.push(job);
    jobs.done();
  });
  assert.deepEqual(got, [{ a: 1 }]);
});
