import assert from "node:assert/strict";
import test from "node:test";
import { createWatches, matches } from "../../static/js/watches.js";

function setUp() {
  /** @type {object[][]} */
  const sent = [];
  /** @type {any[]} */
  const told = [];
  const watches = createWatches(
    (requests) => sent.push(requests),
    (event) => told.push(event),
  );
  return { watches, sent, told };
}
const event = (/** @type {object} */ diagnostic) =>
  /** @type {any} */ ({ type: "diagnostic", run: 1, epoch: 0, diagnostic, data: {} });

test("what several want is one list in which nothing stands twice", () => {
  const { watches, sent } = setUp();
  watches.of("a")([{ kind: "x" }, { kind: "y" }]);
  watches.of("b")([{ kind: "y" }]);
  assert.deepEqual(sent, [[{ kind: "x" }, { kind: "y" }]]);
  watches.of("a")([]);
  assert.deepEqual(sent[1], [{ kind: "y" }]);
  watches.of("b")([]);
  assert.deepEqual(sent[2], []);
});

test("a new connection is told again", () => {
  const { watches, sent } = setUp();
  watches.of("a")([{ kind: "x" }]);
  watches.connected();
  assert.deepEqual(sent, [[{ kind: "x" }], [{ kind: "x" }]]);
});

test("who comes later hears what was measured last", async () => {
  const { watches, told } = setUp();
  watches.of("a")([{ kind: "x" }]);
  const measured = event({ kind: "x", layer: 0 });
  watches.event(measured);
  watches.of("b")([{ kind: "x" }]);
  await Promise.resolve();
  assert.deepEqual(told, [measured, measured]);
});

test("also when both asked for the same in other words", async () => {
  const { watches, told } = setUp();
  watches.of("a")([{ kind: "x" }]);
  const measured = event({ kind: "x", layer: 0 });
  watches.event(measured);
  watches.of("b")([{ kind: "x", layer: 0 }]);
  watches.of("c")([{ kind: "x", layer: 1 }]);
  await Promise.resolve();
  assert.deepEqual(told, [measured, measured]);
});

test("a measurement matches when it is of all that was asked", () => {
  assert.ok(matches({ kind: "x" }, { kind: "x", layer: 0 }));
  assert.ok(!matches({ kind: "x", layer: 1 }, { kind: "x", layer: 0 }));
});
