// What can be measured now of the words of the page.

import { formatCount, formatLoss, formatPercent, formatShort, formatWeight } from "./format.js";
import { countParameters, layerWeights } from "./weights.js";

/** @import {Translate} from "./i18n.js" */
/** @import {Frame, Points} from "./protocol.js" */

/**
 * @typedef {object} Now
 * @property {Record<string, any>} spec
 * @property {number} outputs
 * @property {Pick<Frame, "epoch" | "loss" | "metrics" | "penalty" | "rate" | "parameters"> | null} frame
 * @property {Points | null} points
 * @property {(kind: string) => {epoch: number, data: any} | null} measured What a diagnostic of this run said
 *   last; null while it is not watched.
 *
 * @typedef {(id: string, layer?: number) => string} Live Empty when nothing is measured of the term. `layer`
 *   is that of the word, counted from the features (0), or nothing in particular.
 */

/**
 * @param {Translate} t
 * @param {() => Now} now
 * @returns {Live}
 */
export function createLiveTerms(t, now) {
  const say = (/** @type {string} */ name, /** @type {Record<string, string | number>} */ values) =>
    t(`glossary.now.${name}`, values);
  const sizesOf = (/** @type {Now} */ { spec, outputs }) => [
    spec.features.length,
    .../** @type {{units: number}[]} */ (spec.layers).map(({ units }) => units),
    outputs,
  ];
  const value = (/** @type {string | number} */ shown) => say("value", { value: shown });

  /** Numbers of the layers of weights, in order. @type {(state: Now, of: (at: any) => string) => string} */
  const byLayer = (state, of) =>
    layerWeights(state.frame?.parameters ?? [], sizesOf(state))
      .map(of)
      .join(", ");
  /** @type {(name: string, list: string) => string} */
  const listed = (name, list) => (list ? say(name, { list }) : "");

  /** A number of the layer health, for each hidden layer. */
  const health =
    (/** @type {string} */ name, /** @type {(value: number) => string} */ format) =>
    (/** @type {Now} */ { measured }) => {
      const found = measured("layer_health");
      const layers = /** @type {Record<string, any>[]} */ (found?.data.layers ?? []).slice(0, -1);
      const list = layers.map((layer) => (layer[name] === null ? "–" : format(layer[name])));
      if (!found || !list.length) return "";
      return say("health", { epoch: formatCount(found.epoch), list: list.join(", ") });
    };
  const share = (/** @type {number} */ part) => formatPercent(part, 0);
  const loss =
    (/** @type {"train" | "test"} */ part) =>
    (/** @type {Now} */ { frame }) =>
      frame ? value(formatLoss(frame.loss[part])) : "";
  const pair =
    (
      /** @type {"accuracy" | "r2" | "rmse"} */ name,
      /** @type {(value: number) => string} */ format,
    ) =>
    (/** @type {Now} */ { frame }) => {
      const found = frame?.metrics[name];
      if (!found) return "";
      return say("pair", { test: format(found.test ?? NaN), train: format(found.train ?? NaN) });
    };

  /** @type {Record<string, (now: Now, layer?: number) => string>} */
  const terms = {
    learning_rate: ({ spec }) => value(spec.learning_rate),
    regularization: ({ spec }) => value(spec.regularization_rate),
    regularization_rate: ({ spec }) => value(spec.regularization_rate),
    penalty: ({ frame }) => (frame ? value(formatLoss(frame.penalty ?? 0)) : ""),
    noise: ({ spec }) => value(spec.noise),
    seed: ({ spec }) => say("seed", { data: spec.data_seed, weights: spec.weight_seed }),
    batch({ spec, points }) {
      const n = points?.train.label.length ?? 0;
      if (!n) return "";
      const size = spec.batch_size === 0 ? n : Math.min(spec.batch_size, n);
      return say("batch", { value: formatCount(size), updates: formatCount(Math.ceil(n / size)) });
    },
    train_share({ spec, points }) {
      if (!points) return "";
      const train = formatCount(points.train.label.length);
      return say("train_share", {
        value: spec.train_share,
        train,
        test: formatCount(points.test.label.length),
      });
    },
    sample({ points }) {
      if (!points) return "";
      const [train, test] = [points.train.label.length, points.test.label.length];
      return say("sample", {
        count: formatCount(train + test),
        train: formatCount(train),
        test: formatCount(test),
      });
    },
    dataset: (state) => terms.sample(state),
    class: ({ spec, outputs }) => say("outputs", { count: outputs > 1 ? spec.classes : outputs }),
    standardize({ points }) {
      if (!points) return "";
      const [x1, x2] = [points.train.x1, points.train.x2].map(meanAndStd);
      return say("standardize", {
        mean1: formatWeight(x1.mean, 2),
        std1: formatShort(x1.std),
        mean2: formatWeight(x2.mean, 2),
        std2: formatShort(x2.std),
      });
    },
    feature: ({ spec }) => say("feature", { count: spec.features.length }),
    epoch: ({ frame }) => (frame ? value(formatCount(frame.epoch)) : ""),
    speed: ({ frame }) => (frame?.rate ? say("speed", { value: formatShort(frame.rate) }) : ""),
    loss: ({ frame }) =>
      frame
        ? say("pair", { test: formatLoss(frame.loss.test), train: formatLoss(frame.loss.train) })
        : "",
    test_loss: loss("test"),
    training_loss: loss("train"),
    overfitting({ frame }) {
      const { test, train } = frame?.loss ?? { test: null, train: null };
      if (test === null || train === null) return "";
      return say("gap", { value: formatWeight(test - train, 3) });
    },
    accuracy: pair("accuracy", formatPercent),
    r2: pair("r2", formatLoss),
    rmse: pair("rmse", formatLoss),
    layer(state, layer) {
      const sizes = sizesOf(state);
      if (layer !== undefined && layer > 0 && layer < sizes.length - 1)
        return ofLayer(sizes, layer);
      const units = sizes.slice(1, -1).reduce((sum, count) => sum + count, 0);
      return say("layer", { count: sizes.length - 2, units });
    },
    output_layer: (state) => ofLayer(sizesOf(state), sizesOf(state).length - 1),
    parameters: (state) => value(formatCount(countParameters(sizesOf(state)))),
    fan_in: (state) => say("fan_in", { list: sizesOf(state).slice(0, -1).join(", ") }),
    initializer: (state) =>
      listed(
        "std",
        byLayer(state, ({ std }) => formatShort(std)),
      ),
    weight: (state) =>
      listed(
        "weight",
        byLayer(state, ({ largest }) => formatShort(largest)),
      ),
    bias: (state) =>
      listed(
        "bias",
        byLayer(state, ({ bias }) => formatShort(bias)),
      ),
    dead: health("dead", share),
    effectively_dead: health("effectively_dead", share),
    saturation: health("saturated", share),
    forward_signal: health("forward", formatShort),
    backward_signal: health("backward", formatShort),
    mean_activation: health("mean", (mean) => formatWeight(mean, 3)),
  };

  /** @type {(sizes: number[], layer: number) => string} */
  const ofLayer = (sizes, layer) =>
    say("units", {
      units: sizes[layer],
      inputs: sizes[layer - 1],
      parameters: formatCount(sizes[layer] * (sizes[layer - 1] + 1)),
    });

  return (id, layer) => {
    const state = now();
    return Object.hasOwn(terms, id) && state.spec.layers ? terms[id](state, layer) : "";
  };
}

/** @param {ArrayLike<number>} values */
function meanAndStd(values) {
  const n = Math.max(1, values.length);
  const mean = Array.from(values).reduce((sum, x) => sum + x, 0) / n;
  const variance = Array.from(values).reduce((sum, x) => sum + (x - mean) ** 2, 0) / n;
  return { mean, std: Math.sqrt(variance) };
}
