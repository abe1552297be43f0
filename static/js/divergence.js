// What a divergence was, in words.

import { formatCount, formatShort } from "./format.js";

/** @import {DivergenceInfo, SizeAt} from "#protocol" */
/** @import {Translate} from "./i18n.js" */

/** Sizes told of at most, the first one included. */
const MOST = 4;

/**
 * The learning rate that is offered instead.
 *
 * @param {number} rate
 */
export const slowerRate = (rate) => Number((rate / 3).toPrecision(2));

/**
 * The sizes worth telling: the first, and the last ones that differ from those before.
 *
 * @param {readonly SizeAt[]} growth
 * @returns {SizeAt[]}
 */
export function milestones(growth) {
  const changes = growth.filter(({ size }, i) => size !== growth[i - 1]?.size);
  return [...changes.slice(0, 1), ...changes.slice(1).slice(1 - MOST)];
}

/**
 * Where it happened, what grew, and how.
 *
 * @param {Translate} t
 * @param {DivergenceInfo} divergence
 * @param {number} layers hidden ones
 */
export function describeDivergence(t, { epoch, step, layer, what, growth }, layers) {
  const where = { epoch: formatCount(epoch), step: formatCount(step) };
  const sizes = milestones(growth).map((at) =>
    t(at.step === 0 ? "divergence.at_start" : "divergence.at_step", {
      size: formatShort(at.size),
      step: formatCount(at.step),
    }),
  );
  const name =
    layer !== null && layer < layers
      ? t("divergence.hidden_layer", { number: layer + 1 })
      : t("divergence.output_layer");
  return [
    layer === null
      ? t("divergence.optimizer", where)
      : t("divergence.where", { ...where, what: t(`divergence.what.${what}`), layer: name }),
    sizes.length && t("divergence.growth", { sizes: sizes.join(", ") }),
  ]
    .filter(Boolean)
    .join(" ");
}
