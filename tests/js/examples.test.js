import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import { writeExamples } from "../../scripts/examples.mjs";

const folder = await mkdtemp(path.join(tmpdir(), "examples-"));
const written = await writeExamples(folder);
const read = (/** @type {string} */ name) => readFile(path.join(folder, name), "utf8");
/** @type {import("../../scripts/examples.mjs").Example[]} */
const index = JSON.parse(await read("index.json"));
test.after(() => rm(folder, { recursive: true }));

test("every example has a file, a source and a licence, and an id of its own", () => {
  const names = new Set(written.map((file) => path.basename(file)));
  assert.deepEqual(new Set([...index.map(({ file }) => file), "index.json"]), names);
  assert.equal(new Set(index.map(({ id }) => id)).size, index.length);
  for (const example of index) assert.ok(Object.values(example).every((text) => text.length > 0));
  for (const { source } of index) assert.ok(source.length <= 200, `${source} is too long`);
});

for (const { id, file, x1, x2, target } of index) {
  test(`the columns of ${id} are there, the inputs are numbers, and there are not too many classes`, async () => {
    const [head, ...rows] = (await read(file)).trim().split("\n");
    const names = head.split(",");
    const [a, b, c] = [x1, x2, target].map((name) => names.indexOf(name));
    assert.ok(Math.min(a, b, c) >= 0 && new Set([a, b, c]).size === 3, head);
    const cells = rows.map((row) => row.split(","));
    assert.ok(cells.every((row) => row.length === names.length));
    assert.ok(rows.length >= 100 && rows.length <= 5000);
    const numbers = cells.filter((row) => row[a] && row[b] && +row[a] === +row[a]);
    assert.ok(numbers.length >= 0.95 * rows.length);
    const targets = new Set(numbers.map((row) => row[c]).filter(Boolean));
    const numeric = [...targets].every((text) => Number.isFinite(Number(text)));
    assert.ok(targets.size >= 2 && (numeric || targets.size <= 8), [...targets].join());
  });
}
