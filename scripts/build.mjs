// Bundles static/ into build/static/ under hashed names, and writes manifest.json, by which templates
// find them. `--watch` builds at every change.

import { existsSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import * as esbuild from "esbuild";
import postcss from "postcss";
import pxToRem from "postcss-pxtorem";
import subsetFont from "subset-font";
import { writeExamples } from "./examples.mjs";
import { createManifest, joinManifests } from "./manifest.mjs";
import { mathmlTexts } from "./mathml.mjs";
import { writePictures } from "./pictures.mjs";

const SOURCE = "static";
const OUTPUT = "build/static";
const IMAGES = path.join(SOURCE, "img");

/** What English has a file of, others have one of the same name. */
const LANGUAGES = (await readdir(`${SOURCE}/i18n`)).flatMap(
  (name) => /^([a-z]{2,3})\.json$/.exec(name)?.[1] ?? [],
);
const FIRST = "en";

/** The outputs of the last build of each language. @type {Map<string, esbuild.Metafile>} */
const built = new Map();

/**
 * Runs after each build: the example data and the manifest, then an end to what earlier builds left behind.
 *
 * @param {string} language
 * @returns {esbuild.Plugin}
 */
const manifest = (language) => ({
  name: "manifest",
  setup(build) {
    build.onEnd(async ({ errors, metafile }) => {
      if (errors.length > 0 || !metafile) return;
      built.set(language, metafile);
      if (built.size === LANGUAGES.length) await writeManifest();
    });
  },
});

async function writeManifest() {
  const examples = await writeExamples(`${OUTPUT}/examples`);
  const pictures = await writePictures(OUTPUT);
  const folders = { source: SOURCE, output: OUTPUT };
  const options = { ...folders, copied: images, fonts: FONT };
  const manifests = [...built].map(([language, metafile]) => [
    language,
    { ...createManifest(metafile, options), ...pictures },
  ]);
  const names = joinManifests(Object.fromEntries(manifests), FIRST);
  await writeFile(`${OUTPUT}/manifest.json`, `${JSON.stringify(names, null, 2)}\n`);

  const current = new Set([
    ...[...built.values()].flatMap(({ outputs }) => Object.keys(outputs)),
    ...examples,
    ...Object.values(pictures).map((file) => `${OUTPUT}/${file}`),
    `${OUTPUT}/manifest.json`,
  ]);
  for (const entry of await readdir(OUTPUT, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && !current.has(file)) await rm(file);
  }
}

/**
 * Builds the page of a language: a module that imports the English texts gets those of the language instead. So a
 * browser loads the texts of one language, with the parts that show them.
 *
 * @param {string} language
 * @returns {esbuild.Plugin}
 */
const texts = (language) => ({
  name: "texts",
  setup(build) {
    const ofFirst = new RegExp(`/i18n/${FIRST}\\.[a-z.]*json$`);
    build.onResolve({ filter: ofFirst }, ({ path: name, resolveDir }) => {
      const [file, folder] = [path.basename(name), path.dirname(path.resolve(resolveDir, name))];
      return { path: path.join(folder, file.replace(FIRST, language)) };
    });
  },
});

/** The font that every page loads. */
const FONT = /inter-latin-wght-normal\.woff2$/;
/** What western languages are written with, and the mathematics of the page. */
const LETTERS =
  [...range(0x20, 0x7e), ...range(0xa0, 0xff)].map((code) => String.fromCharCode(code)).join("") +
  "–—‘’“”…•−×·∂′√≤≥≈→←↑↓∑αβθλμησε₀₁₂₃€™Œœ";
/** The weights that the style sheets use. */
const WEIGHTS = { wght: { min: 400, max: 700 } };
/** What they use of its features: kerning, and digits of one width. Others would each bring letters of their own. */
const FEATURES = ["kern", "tnum"];

/** It, without the letters, weights and features that no page shows. */
const font = {
  name: "font",
  setup(/** @type {esbuild.PluginBuild} */ build) {
    build.onLoad({ filter: FONT }, async ({ path: file }) => {
      const whole = await readFile(file);
      const contents = await subsetFont(whole, LETTERS, {
        targetFormat: "woff2",
        variationAxes: WEIGHTS,
        keepFeatures: FEATURES,
      });
      return { contents, loader: "file" };
    });
  },
};

/** @param {number} first @param {number} last */
function range(first, last) {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** Puts in one file what runs by itself: what it has in common with the page would be another to wait for. */
const alone = {
  name: "alone",
  setup(/** @type {esbuild.PluginBuild} */ build) {
    build.onLoad({ filter: /\/js\/(workers\/[^/]+|start)\.js$/ }, async ({ path: file }) => {
      const { outputFiles, metafile } = await esbuild.build({
        entryPoints: [file],
        bundle: true,
        format: file.endsWith("/start.js") ? "iife" : "esm", // a page without workers imports theirs
        sourcemap: "inline",
        write: false,
        metafile: true,
      });
      const watchFiles = Object.keys(metafile.inputs).map((input) => path.resolve(input));
      return { contents: outputFiles[0].contents, watchFiles };
    });
  },
};

/** The texts of the article, their formulas set. */
const formulas = {
  name: "formulas",
  setup(/** @type {esbuild.PluginBuild} */ build) {
    build.onLoad({ filter: /\/i18n\/[a-z]+\.lessons\.json$/ }, async ({ path: file }) => {
      const texts = mathmlTexts(JSON.parse(await readFile(file, "utf8")));
      return { contents: JSON.stringify(texts), loader: "json" };
    });
  },
};

/**
 * Lengths are written in pixels and become parts of the root's font size, which is 10 of them: so all of the
 * page grows with it, on large screens and in front of a room. Hairlines stay hairlines.
 */
const scalable = postcss([
  pxToRem({ rootValue: 10, propList: ["*"], selectorBlackList: [/^html/], minPixelValue: 2 }),
]);

/** Style sheets of our own; those that a module brings along become text in it, which `addStyles` adds to the page. */
const styles = {
  name: "styles",
  setup(/** @type {esbuild.PluginBuild} */ build) {
    build.onLoad({ filter: /\/static\/css\/.+\.css$/ }, async ({ path: file }) => {
      const source = await readFile(file, "utf8");
      const { css } = await scalable.process(source, { from: file });
      if (!file.includes("/late/")) return { contents: css, loader: "css" };
      const { code } = await esbuild.transform(css, { loader: "css", minify: true });
      return { contents: code, loader: "text" };
    });
  },
};

/** What is fetched later of a package has a copy of its own: otherwise the page would fetch all of it at first. */
const apart = {
  name: "apart",
  setup(/** @type {esbuild.PluginBuild} */ build) {
    build.onResolve({ filter: /^fflate$/ }, async ({ path: name, kind, pluginData, ...from }) => {
      if (kind !== "dynamic-import" || pluginData === apart) return undefined;
      const { importer, resolveDir } = from;
      const found = await build.resolve(name, { kind, importer, resolveDir, pluginData: apart });
      return { path: found.path, suffix: "?apart" };
    });
  },
};

const images = existsSync(IMAGES)
  ? (await readdir(IMAGES)).map((name) => path.join(IMAGES, name))
  : [];

/** @type {(language: string) => esbuild.BuildOptions} */
const optionsOf = (language) => ({
  entryPoints: [
    `${SOURCE}/js/start.js`,
    `${SOURCE}/js/main.js`,
    `${SOURCE}/js/join.js`,
    `${SOURCE}/js/workers/network-painter.js`,
    `${SOURCE}/js/workers/numbers.js`,
    `${SOURCE}/js/workers/table-reader.js`,
    `${SOURCE}/css/main.css`,
    ...images,
  ],
  outdir: OUTPUT,
  outbase: SOURCE,
  entryNames: "[dir]/[name]-[hash]",
  assetNames: "assets/[name]-[hash]",
  chunkNames: "js/chunks/[name]-[hash]",
  splitting: true,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  sourcemap: true,
  legalComments: "linked",
  metafile: true,
  loader: { ".json": "json", ".png": "copy", ".svg": "copy", ".woff2": "file" },
  plugins: [texts(language), font, alone, formulas, styles, apart, manifest(language)],
  logLevel: process.argv.includes("--watch") ? "info" : "warning",
});

for (const language of LANGUAGES) {
  if (process.argv.includes("--watch")) {
    const context = await esbuild.context(optionsOf(language));
    await context.watch();
  } else {
    await esbuild.build(optionsOf(language));
  }
}
