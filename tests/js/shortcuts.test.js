import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import {
  combination,
  keyCaps,
  MAP_KEYS,
  NETWORK_KEYS,
  SHORTCUTS,
} from "../../static/js/shortcuts.js";

const press = (/** @type {string} */ key, /** @type {string[]} */ held = []) =>
  combination({
    key,
    ctrlKey: held.includes("ctrl"),
    metaKey: held.includes("meta"),
    altKey: held.includes("alt"),
    shiftKey: held.includes("shift"),
  });

test("what is pressed has one name, whatever keyboard it is pressed on", () => {
  assert.equal(press("r"), "r");
  assert.equal(press("R", ["shift"]), "Shift+r");
  assert.equal(press("Z", ["ctrl", "shift"]), "Ctrl+Shift+z");
  assert.equal(press("z", ["meta"]), "Ctrl+z");
  assert.equal(press("?", ["shift"]), "?");
  assert.equal(press("?"), "?");
  assert.equal(press(" "), " ");
  assert.equal(press(" ", ["shift"]), "Shift+ ");
  assert.equal(press("ArrowRight"), "arrowright");
  assert.equal(press("z", ["ctrl", "alt"]), "Ctrl+Alt+z");
});

test("no key means two things", () => {
  for (const list of [SHORTCUTS, NETWORK_KEYS]) {
    const keys = list.flatMap((shortcut) => shortcut.keys);
    assert.equal(new Set(keys).size, keys.length);
  }
});

test("keys are written as on a keyboard", () => {
  const name = (/** @type {string} */ key) => `<${key}>`;
  assert.deepEqual(keyCaps("Ctrl+Shift+z", name), ["<Ctrl>", "<Shift>", "Z"]);
  assert.deepEqual(keyCaps(" ", name), ["<Space>"]);
  assert.deepEqual(keyCaps("home", name), ["<Home>"]);
  assert.deepEqual(keyCaps("arrowright", name), ["→"]);
  assert.deepEqual(keyCaps("?", name), ["?"]);
});

test("no key is called by the name that only programs have for it", () => {
  const all = [...SHORTCUTS, ...NETWORK_KEYS, ...MAP_KEYS].flatMap(({ keys }) => keys);
  const caps = all.flatMap((keys) => keyCaps(keys, (name) => `<${name}>`));
  assert.deepEqual(
    caps.filter((cap) => !/^(<\w+>|.|F\d+)$/u.test(cap)),
    [],
  );
});

test("every key has a text, and every text a key", () => {
  const path = new URL("../../static/i18n/en.shortcuts.json", import.meta.url);
  const { runs } = JSON.parse(readFileSync(path, "utf8")).shortcuts;
  const all = [...SHORTCUTS, ...NETWORK_KEYS, ...MAP_KEYS].map(({ run }) => run);
  assert.deepEqual(Object.keys(runs).sort(), [...all].sort());
});
