// The losses so far, in a bounded number of points that keep the shape of the curves.

/**
 * @typedef {object} Series
 * @property {number[]} epoch
 * @property {(number | null)[]} train
 * @property {(number | null)[]} test
 */

/**
 * @typedef {object} History
 * @property {Series} series
 * @property {(epoch: number, train: number | null, test: number | null) => void} append
 *   replaces the point of the same epoch, and drops points of later epochs
 * @property {(series: Series) => void} load
 * @property {() => void} clear
 */

/**
 * @param {number} [capacity] most points kept
 * @returns {History}
 */
export function createHistory(capacity = 2000) {
  /** @type {History["series"]} */
  let series = { epoch: [], train: [], test: [] };

  return {
    get series() {
      return series;
    },
    append(epoch, train, test) {
      while (series.epoch.length > 0 && series.epoch[series.epoch.length - 1] >= epoch) {
        series.epoch.pop();
        series.train.pop();
        series.test.pop();
      }
      series.epoch.push(epoch);
      series.train.push(train);
      series.test.push(test);
      if (series.epoch.length > capacity) series = thin(series, Math.floor(capacity / 8));
    },
    load({ epoch, train, test }) {
      series = { epoch: [...epoch], train: [...train], test: [...test] };
      if (series.epoch.length > capacity) series = thin(series, Math.floor(capacity / 8));
    },
    clear() {
      series = { epoch: [], train: [], test: [] };
    },
  };
}

/**
 * At most four points for each stretch of epochs: the lowest and highest of both curves. The first and
 * the last point stay.
 *
 * @param {Series} series
 * @param {number} stretches
 * @returns {Series}
 */
export function thin({ epoch, train, test }, stretches) {
  const last = epoch.length - 1;
  const width = (epoch[last] - epoch[0]) / stretches || 1;
  const keep = new Set([0, last]);
  for (let start = 0; start <= last;) {
    const stretch = Math.floor((epoch[start] - epoch[0]) / width);
    let end = start;
    while (end <= last && Math.floor((epoch[end] - epoch[0]) / width) === stretch) end++;
    for (const curve of [train, test]) {
      for (const at of extremes(curve, start, end)) keep.add(at);
    }
    start = end;
  }
  const kept = [...keep].sort((a, b) => a - b);
  return {
    epoch: kept.map((i) => epoch[i]),
    train: kept.map((i) => train[i]),
    test: kept.map((i) => test[i]),
  };
}

/**
 * @param {(number | null)[]} curve
 * @param {number} start
 * @param {number} end
 * @returns {number[]} where the lowest and the highest are
 */
function extremes(curve, start, end) {
  let [low, high] = [start, start];
  for (let i = start; i < end; i++) {
    const value = curve[i];
    if (value === null) continue;
    if (value < (curve[low] ?? Infinity)) low = i;
    if (value > (curve[high] ?? -Infinity)) high = i;
  }
  return [low, high];
}
