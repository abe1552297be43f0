import assert from "node:assert/strict";
import { test } from "node:test";
import { placeCard } from "../../static/js/placement.js";

const CARD = { width: 200, height: 100 };
const VIEW = { width: 1000, height: 600 };

test("a card stands to the right of what it describes", () => {
  const box = { left: 100, right: 140, top: 200, bottom: 240 };
  assert.deepEqual(placeCard(box, CARD, VIEW), { x: 150, y: 170 });
});

test("a card stays inside the window and never covers its unit", () => {
  for (const left of [0, 300, 960]) {
    for (const top of [0, 280, 560]) {
      const box = { left, right: left + 40, top, bottom: top + 40 };
      const { x, y } = placeCard(box, CARD, VIEW);
      assert.ok(x >= 0 && y >= 0 && x + 200 <= 1000 && y + 100 <= 600);
      const covers = x < box.right && x + 200 > left && y < box.bottom && y + 100 > top;
      assert.ok(!covers);
    }
  }
});

test("a card goes elsewhere when it would cover what is to be seen", () => {
  const box = { left: 400, right: 412, top: 300, bottom: 312 };
  const unit = { left: 450, right: 496, top: 280, bottom: 326 };
  const { x, y } = placeCard(box, CARD, VIEW, { avoid: [unit] });
  const covers = x < unit.right && x + 200 > unit.left && y < unit.bottom && y + 100 > unit.top;
  assert.ok(!covers);
});

test("in a window too small for it, a card begins at the edge", () => {
  const box = { left: 50, right: 90, top: 50, bottom: 90 };
  assert.deepEqual(placeCard(box, CARD, { width: 150, height: 80 }), { x: 8, y: 8 });
});
