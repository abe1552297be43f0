/**
 * The sections of the article, in their order: what each says, shows, and lets one try.
 *
 * A section's texts are in `article.sections.<id>`; `parts` names them. A name that begins with "f" is a formula on a
 * line of its own.
 *
 * @typedef {object} Section
 * @property {string} id
 * @property {string[]} parts Texts, "figure", "list" and "panels".
 * @property {string} [figure] One of the figures.
 * @property {string[]} tries Experiments.
 */

/** @type {Section[]} */
export const SECTIONS = [
  {
    id: "neuron",
    parts: ["p1", "f1", "p2", "figure", "p3"],
    figure: "neuron",
    tries: ["line", "features"],
  },
  {
    id: "layers",
    parts: ["p1", "figure", "p2", "f1", "p3"],
    figure: "layers",
    tries: ["collapse", "quadrants", "two_units"],
  },
  { id: "size", parts: ["p1", "p2"], tries: ["small_spiral", "spiral", "sines"] },
  {
    id: "activations",
    parts: ["p1", "figure", "p2", "p3", "p4"],
    figure: "activations",
    tries: ["deep_sigmoid", "deep_relu", "dead"],
  },
  {
    id: "outputs",
    parts: ["p1", "f1", "p2", "f2", "p3", "p4", "figure"],
    figure: "losses",
    tries: ["probability", "arms", "discs"],
  },
  {
    id: "learning",
    parts: ["p1", "f1", "p2", "figure", "p3"],
    figure: "descent",
    tries: ["too_fast", "dying"],
  },
  {
    id: "start",
    parts: ["p1", "p2", "f1", "p3", "p4", "figure"],
    figure: "start",
    tries: ["zeros", "xavier", "he"],
  },
  { id: "overfitting", parts: ["p1", "p2", "f1", "p3"], tries: ["overfit", "decay"] },
  { id: "colours", parts: ["p1", "figure", "list"], figure: "colors", tries: ["circle"] },
  { id: "panels", parts: ["p1", "panels"], tries: ["tiny"] },
];
