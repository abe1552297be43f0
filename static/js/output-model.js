// What the output of the network is, read off its measurement and the catalogue: no kind is known here.

/**
 * @typedef {object} OutputData
 * @property {number[]} logits
 * @property {number[]} output
 * @property {number} output_sum
 * @property {number[]} prediction
 * @property {{target: number, loss: number, output?: number}[]} losses
 * @property {{train: Table | Table[] | null, test: Table | Table[] | null}} confusion
 * @property {Bayes | null} bayes
 *
 * @typedef {number[][]} Table
 * @typedef {{variance: number, weights: [number, number], bias: number, log_odds: number,
 *   probability: number, accuracy: number}} Bayes
 *
 * @typedef {"two" | "classes" | "labels" | "number"} Sort two classes, one of several, several at once,
 *   or a number
 *
 * @typedef {object} Row
 * @property {number} index of the output
 * @property {number} logit
 * @property {number} output
 * @property {number[]} losses by label: 0 and 1 when each output has its own, one number otherwise
 */

/**
 * @param {OutputData} data
 * @returns {Sort}
 */
export function sortOf({ losses, logits, confusion }) {
  if (confusion.test === null) return "number";
  if (losses.some(({ output }) => output !== undefined)) return "labels";
  return logits.length > 1 || losses.length > 2 ? "classes" : "two";
}

/**
 * Whether an output function gives probabilities: its formula then calls them p.
 *
 * @param {string | null | undefined} formula
 */
export const givesProbabilities = (formula) => /(^|[^a-z\\])p(_|\b)/.test(formula ?? "");

/**
 * One row for each class or label. A single output that is a probability stands for two classes.
 *
 * @param {OutputData} data
 * @param {boolean} probabilities
 * @returns {Row[]}
 */
export function outputRows(data, probabilities) {
  const { logits, output, losses } = data;
  const sort = sortOf(data);
  if (sort === "two" && probabilities) {
    return [0, 1].map((index) => ({
      index,
      logit: index ? logits[0] : -logits[0],
      output: index ? output[0] : 1 - output[0],
      losses: [losses[index].loss],
    }));
  }
  return logits.map((logit, index) => {
    const own = sort === "labels" ? losses.filter((item) => item.output === index) : losses;
    const shown = sort === "classes" ? own.filter(({ target }) => target === index) : own;
    return { index, logit, output: output[index], losses: shown.map(({ loss }) => loss) };
  });
}

/**
 * The confusion table to show: of one label when each has its own.
 *
 * @param {Table | Table[] | null | undefined} tables
 * @param {number} label
 * @returns {Table | null}
 */
export function confusionTable(tables, label) {
  if (!tables?.length) return null;
  const isNested = Array.isArray(/** @type {any} */ (tables)[0][0]);
  return /** @type {Table} */ (isNested ? (tables[label] ?? tables[0]) : tables);
}
