// Dead units, as marks in the drawing of the network.

import { formatCount } from "./format.js";

/** @import {DeathInfo} from "#protocol" */
/** @import {Translate} from "./i18n.js" */

/**
 * @param {Translate} t
 * @param {DeathInfo[]} dead
 * @returns {{layer: number, unit: number, text: string}[]}
 */
export const deathMarks = (t, dead) =>
  dead.map(({ layer, unit, epoch, seen }) => ({
    layer,
    unit,
    text: t(seen ? "network.died" : "network.died_before", { epoch: formatCount(epoch) }),
  }));
