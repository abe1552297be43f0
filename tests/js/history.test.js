import assert from "node:assert/strict";
import { test } from "node:test";
import { createHistory } from "../../static/js/history.js";

test("the history stays bounded and keeps first, last, lowest and highest points", () => {
  const history = createHistory(2000);
  for (let epoch = 0; epoch <= 100_000; epoch++) {
    const spike = epoch === 54_321 ? 9 : 0;
    history.append(epoch, 1 / (epoch + 1) + spike, epoch === 12_345 ? -3 : 0.5);
  }
  const { epoch, train, test: testLoss } = history.series;
  assert.ok(epoch.length <= 2000, `${epoch.length}`);
  assert.equal(epoch[0], 0);
  assert.equal(epoch.at(-1), 100_000);
  assert.equal(train[0], 1);
  assert.ok(epoch.includes(54_321));
  assert.ok(epoch.includes(12_345));
  assert.ok(testLoss.includes(-3));
  for (let i = 1; i < epoch.length; i++) assert.ok(epoch[i] > epoch[i - 1]);
});

test("the points are spread over all epochs, not only the recent ones", () => {
  const history = createHistory(2000);
  for (let epoch = 0; epoch <= 50_000; epoch++) history.append(epoch, Math.sin(epoch), 0);
  const early = history.series.epoch.filter((epoch) => epoch < 5000).length;
  assert.ok(early > 40, `${early}`);
});

test("a point of the same epoch replaces the last, an earlier one takes back the later ones", () => {
  const history = createHistory();
  for (const epoch of [0, 1, 2, 3]) history.append(epoch, epoch, epoch);
  history.append(3, 30, 30);
  assert.deepEqual(history.series.train, [0, 1, 2, 30]);
  history.append(1, 10, null);
  assert.deepEqual(history.series, { epoch: [0, 1], train: [0, 10], test: [0, null] });
});

test("a loaded history is thinned too, and gaps are no extremes", () => {
  const history = createHistory(80);
  const epoch = Array.from({ length: 1000 }, (_, i) => i);
  history.load({
    epoch,
    train: epoch.map((i) => (i % 2 ? null : i)),
    test: epoch.map(() => null),
  });
  assert.ok(history.series.epoch.length <= 80);
  assert.equal(history.series.epoch.at(-1), 999);
  history.clear();
  assert.deepEqual(history.series.epoch, []);
});
