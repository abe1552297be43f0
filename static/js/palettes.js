/**
 * The palettes that can be chosen besides the one of the style sheet (static/css/tokens.css). A new one is an entry
 * here and its name in the catalogues (`look.palettes`).
 *
 * @typedef {object} Shades
 * @property {string} negative
 * @property {string} neutral
 * @property {string} positive
 * @property {[string, string]} lines Negative and positive, where they are thin and on the ground of the page.
 * @property {string[]} classes
 *
 * @typedef {object} ChosenPalette
 * @property {string} name
 * @property {Shades} light
 * @property {Shades} dark
 */

/**
 * `contrast`: blue and orange that differ as much in lightness (3:1 and more), and classes that are far apart under
 * protanopia, deuteranopia and tritanopia. `grey`: lightness alone, for print and projectors.
 *
 * @type {ChosenPalette[]}
 */
export const PALETTES = [
  {
    name: "contrast",
    light: {
      negative: "#c56a10",
      neutral: "#e9ecef",
      positive: "#3d1f8f",
      lines: ["#c56a10", "#3d1f8f"],
      classes: [
        "#3d1f8f",
        "#c56a10",
        "#aed7f5",
        "#7474ef",
        "#103c28",
        "#f5c5b4",
        "#7b566e",
        "#b0cd26",
      ],
    },
    dark: {
      negative: "#ffd37a",
      neutral: "#2c3742",
      positive: "#6f63e8",
      lines: ["#ffd37a", "#6f63e8"],
      classes: [
        "#6f63e8",
        "#ffd37a",
        "#751e26",
        "#bad2f9",
        "#a87877",
        "#541791",
        "#298c01",
        "#735879",
      ],
    },
  },
  {
    name: "grey",
    light: {
      negative: "#ffffff",
      neutral: "#a2a2a2",
      positive: "#262626",
      lines: ["#5f5f5f", "#1a1a1a"],
      classes: [
        "#1a1a1a",
        "#f4f4f4",
        "#8a8a8a",
        "#d0d0d0",
        "#555555",
        "#adadad",
        "#383838",
        "#707070",
      ],
    },
    dark: {
      negative: "#0b0b0b",
      neutral: "#636363",
      positive: "#f4f4f4",
      lines: ["#9c9c9c", "#f4f4f4"],
      classes: [
        "#f4f4f4",
        "#0b0b0b",
        "#8a8a8a",
        "#3f3f3f",
        "#c4c4c4",
        "#656565",
        "#dcdcdc",
        "#a7a7a7",
      ],
    },
  },
];

/** Where the style sheet has the colours that a palette replaces. @param {Shades} shades */
export const properties = ({ negative, neutral, positive, lines, classes }) => ({
  "--negative": negative,
  "--neutral": neutral,
  "--positive": positive,
  "--negative-line": lines[0],
  "--positive-line": lines[1],
  ...Object.fromEntries(classes.map((color, k) => [`--class-${k}`, color])),
});
