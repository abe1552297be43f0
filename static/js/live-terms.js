// What can be measured now of the words of the glossary.

import { formatCount, formatLoss, formatPercent } from "./format.js";

/** @import {Translate} from "./i18n.js" */
/** @import {Frame, Points} from "./protocol.js" */

/**
 * @typedef {object} Now
 * @property {Record<string, any>} spec
 * @property {Pick<Frame, "epoch" | "loss" | "metrics"> | null} frame
 * @property {Points | null} points
 */

/**
 * @param {Translate} t
 * @param {() => Now} now
 * @returns {(id: string) => string} Empty when nothing is measured of the term.
 */
export function createLiveTerms(t, now) {
  const say = (/** @type {string} */ name, /** @type {Record<string, string | number>} */ values) =>
    t(`glossary.now.${name}`, values);

  /** @type {Record<string, (now: Now) => string>} */
  const terms = {
    learning_rate: ({ spec }) => say("learning_rate", { value: spec.learning_rate }),
    regularization: ({ spec }) => say("regularization", { value: spec.regularization_rate }),
    noise: ({ spec }) => say("noise", { value: spec.noise }),
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
    epoch: ({ frame }) => (frame ? say("epoch", { value: formatCount(frame.epoch) }) : ""),
    test_loss: ({ frame }) => (frame ? say("loss", { value: formatLoss(frame.loss.test) }) : ""),
    training_loss: ({ frame }) =>
      frame ? say("loss", { value: formatLoss(frame.loss.train) }) : "",
    accuracy({ frame }) {
      const pair = frame?.metrics.accuracy;
      if (!pair) return "";
      const test = formatPercent(pair.test ?? NaN);
      return say("accuracy", { test, train: formatPercent(pair.train ?? NaN) });
    },
    layer({ spec }) {
      const layers = /** @type {{units: number}[]} */ (spec.layers ?? []);
      const units = layers.reduce((sum, layer) => sum + layer.units, 0);
      return say("layer", { count: layers.length, units });
    },
  };

  return (id) => {
    const state = now();
    return Object.hasOwn(terms, id) && state.spec.layers ? terms[id](state) : "";
  };
}
