import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { pieces } from "../../static/js/pieces.js";
import { isDue, markOf } from "../../static/js/recents/autosave.js";
import { LONGEST_NAME, named, nameOf, succeeding, surplus } from "../../static/js/recents/kept.js";
import { networkOf, titleOf } from "../../static/js/recents/names.js";

const card = (/** @type {number} */ time, pinned = false) => ({
  key: `${time}`,
  time,
  title: "",
  picture: "",
  pinned,
});

test("the oldest go, and what is pinned stays", () => {
  const cards = [card(1), card(5), card(2, true), card(4), card(3)];
  assert.deepEqual(
    surplus(cards, 2).map(({ time }) => time),
    [3, 1],
  );
  assert.deepEqual(surplus(cards, 9), []);
});

test("what has a name stays, too", () => {
  const cards = [named(card(1), "Mine"), card(5), card(2), card(3)];
  assert.deepEqual(
    surplus(cards, 2).map(({ time }) => time),
    [2],
  );
});

test("a card is called by its name, and without one by its title", () => {
  const spiral = { ...card(1), title: "Spiral, epoch 9" };
  assert.equal(nameOf(spiral), "Spiral, epoch 9");
  const mine = named(spiral, "  The one \n that works ");
  assert.equal(nameOf(mine), "The one that works");
  assert.equal(mine.title, "Spiral, epoch 9");
  for (const typed of ["", "  ", "Spiral, epoch 9"]) {
    assert.deepEqual(named(mine, typed), spiral); // no name is kept, not an empty one
  }
  assert.equal(nameOf(named(spiral, "x".repeat(200))).length, LONGEST_NAME);
});

test("a run that goes on keeps its name and its pin", () => {
  const before = { ...named(card(1), "Mine"), pinned: true };
  const next = { key: "1", time: 2, title: "Spiral, epoch 20", picture: "" };
  assert.deepEqual(succeeding(next, before), { ...next, pinned: true, name: "Mine" });
  assert.deepEqual(succeeding(next, undefined), { ...next, pinned: false });
});

test("a run is kept at once when it rests, and now and then while it trains", () => {
  const state = { changed: true, playing: false, since: 0, size: 0 };
  assert.equal(isDue(state), true);
  assert.equal(isDue({ ...state, changed: false, since: 1e9 }), false);
  assert.equal(isDue({ ...state, playing: true, since: 29_999 }), false);
  assert.equal(isDue({ ...state, playing: true, since: 30_000 }), true);
  assert.equal(isDue({ ...state, playing: true, since: 30_000, size: 1e6 }), false);
});

test("there is nothing to keep before the first epoch, nor of another run", () => {
  const running = (/** @type {object} */ frame) =>
    /** @type {any} */ ({ experiment: { run: 2 }, frame, playing: false });
  const loss = { train: 0.5, test: 0.6 };
  assert.equal(markOf(null), null);
  assert.equal(markOf(running({ run: 2, epoch: 0, loss })), null);
  assert.equal(markOf(running({ run: 1, epoch: 9, loss })), null);
  const mark = markOf(running({ run: 2, epoch: 9, loss }));
  assert.notEqual(mark, null);
  assert.notEqual(markOf(running({ run: 2, epoch: 9, loss: { ...loss, train: 0.4 } })), mark);
});

test("a file in pieces is the file, and no piece is too long or ends within a character", () => {
  const text = fc.string({ unit: "binary", maxLength: 60 });
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 9 }), (whole, longest) => {
      const parts = pieces(whole, longest);
      assert.equal(parts.join(""), whole);
      assert.ok(parts.length >= 1);
      for (const [index, part] of parts.entries()) {
        assert.ok(part.length <= longest);
        const next = parts[index + 1] ?? "";
        assert.ok(!/^[\ud800-\udbff][\udc00-\udfff]/.test(part.slice(-1) + next));
      }
    }),
  );
});

test("an experiment has a name that people understand", () => {
  const entries = { dataset: [{ kind: "spiral", label: "Spiral" }], activation: [] };
  const catalog = /** @type {any} */ ({ components: entries });
  const t = /** @type {any} */ (
    (/** @type {string} */ key, /** @type {object} */ values) =>
      `${key} ${Object.values(values ?? {}).join(" ")}`.trim()
  );
  const layer = (/** @type {string} */ kind) => ({ units: 8, activation: { kind } });
  const spec = { dataset: { kind: "spiral" }, layers: [layer("relu"), layer("relu")] };
  assert.equal(titleOf(spec, 812, { t, catalog }), "recents.name Spiral 8-8 relu 812");
  const own = { ...spec, dataset: { kind: "custom", source: "Iris" } };
  assert.equal(titleOf(own, 812, { t, catalog }), "recents.name Iris 8-8 relu 812");
  assert.equal(networkOf({ layers: [] }, { t, catalog }), "recents.no_layer");
  const mixed = { layers: [layer("relu"), layer("tanh")] };
  assert.equal(networkOf(mixed, { t, catalog }), "8-8 settings.mixed");
});
