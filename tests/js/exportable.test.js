import assert from "node:assert/strict";
import { test } from "node:test";
import { createExportable } from "../../static/js/exportable.js";

/** An asker whose answers are given by hand, in any order. */
function setUp() {
  /** @type {{resolve: (event: any) => void, reject: (error: Error) => void}[]} */
  const asked = [];
  /** @type {Record<string, string>[]} */
  const shown = [];
  const refresh = createExportable({
    ask: () => new Promise((resolve, reject) => asked.push({ resolve, reject })),
    show: (lacks) => shown.push(lacks),
  });
  return { asked, shown, refresh };
}

test("what an exporter lacks is shown when the server has said so", async () => {
  const { asked, shown, refresh } = setUp();
  const done = refresh();
  assert.deepEqual(shown, []);
  asked[0].resolve({ type: "exportable", lacks: { sklearn: "No L1." }, id: 1 });
  await done;
  assert.deepEqual(shown, [{ sklearn: "No L1." }]);
});

test("an answer about an experiment that is no more is not shown", async () => {
  const { asked, shown, refresh } = setUp();
  const [first, second] = [refresh(), refresh()];
  asked[1].resolve({ lacks: {} });
  asked[0].resolve({ lacks: { sklearn: "No L1." } });
  await Promise.all([first, second]);
  assert.deepEqual(shown, [{}]);
});

test("where no answer comes nothing is barred", async () => {
  const { asked, shown, refresh } = setUp();
  const first = refresh();
  asked[0].resolve({ lacks: { sklearn: "No L1." } });
  await first;
  const second = refresh();
  asked[1].reject(new Error("no answer"));
  await second;
  assert.deepEqual(shown, [{ sklearn: "No L1." }, {}]);
});
