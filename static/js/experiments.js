/**
 * The experiments of the "Try this" list and of the article: one file has them all, and a test trains each of
 * them and compares.
 *
 * @typedef {object} Experiment
 * @property {string} id Also the name of its texts: `try.items.<id>`.
 * @property {string} topic `try.topics.<topic>`.
 * @property {boolean} works
 * @property {string} hash
 * @property {string} [panel] What to look at in the dock.
 */

import list from "../experiments.json" with { type: "json" };

export const EXPERIMENTS = /** @type {Experiment[]} */ (list);

/**
 * @param {string} id
 * @returns {Experiment}
 */
export function experimentOf(id) {
  const found = EXPERIMENTS.find((experiment) => experiment.id === id);
  if (!found) throw new Error(`There is no experiment "${id}".`);
  return found;
}

/**
 * All of them under their topics, in their order.
 *
 * @returns {Map<string, Experiment[]>}
 */
export function byTopic() {
  const topics = new Map();
  for (const experiment of EXPERIMENTS) {
    topics.set(experiment.topic, [...(topics.get(experiment.topic) ?? []), experiment]);
  }
  return topics;
}
