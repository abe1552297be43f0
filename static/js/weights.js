// The parameters of a frame by layer.

/**
 * @typedef {object} LayerWeights
 * @property {number} fanIn
 * @property {number} fanOut
 * @property {number} std of the weights, without the biases
 * @property {number} largest absolute weight
 * @property {number} bias largest absolute bias
 */

/**
 * @param {ArrayLike<number>} parameters unit after unit, its incoming weights and then its bias
 * @param {number[]} sizes features, units of each hidden layer, outputs
 * @returns {LayerWeights[]} Empty when the parameters belong to another network.
 */
export function layerWeights(parameters, sizes) {
  if (parameters.length !== countParameters(sizes)) return [];
  let at = 0;
  return sizes.slice(1).map((fanOut, layer) => {
    const fanIn = sizes[layer];
    let [sum, squares, largest, bias] = [0, 0, 0, 0];
    for (let unit = 0; unit < fanOut; unit++) {
      for (let from = 0; from < fanIn; from++) {
        const weight = parameters[at++];
        sum += weight;
        squares += weight * weight;
        largest = Math.max(largest, Math.abs(weight));
      }
      bias = Math.max(bias, Math.abs(parameters[at++]));
    }
    const count = fanIn * fanOut;
    const variance = count ? squares / count - (sum / count) ** 2 : 0;
    return { fanIn, fanOut, std: Math.sqrt(Math.max(0, variance)), largest, bias };
  });
}

/** @param {number[]} sizes */
export const countParameters = (sizes) =>
  sizes.slice(1).reduce((sum, units, layer) => sum + units * (sizes[layer] + 1), 0);
