// Bundles static/ into build/static/ under hashed names, and writes manifest.json, which maps the
// names that templates use ("js/main.js") to the files to serve. `--watch` builds at every change.

import { existsSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import * as esbuild from "esbuild";
import subsetFont from "subset-font";

const SOURCE = "static";
const OUTPUT = "build/static";
const IMAGES = path.join(SOURCE, "img");

/** Runs after each build: the manifest, then an end to what earlier builds left behind. */
const manifest = {
  name: "manifest",
  setup(/** @type {esbuild.PluginBuild} */ build) {
    build.onEnd(async ({ errors, metafile }) => {
      if (errors.length > 0 || !metafile) return;
      const files = Object.entries(metafile.outputs);
      const entries = files.flatMap(([file, { entryPoint, inputs }]) => {
        const source = entryPoint ?? Object.keys(inputs).find((input) => images.includes(input));
        return source ? [[path.relative(SOURCE, source), path.relative(OUTPUT, file)]] : [];
      });
      const text = JSON.stringify(Object.fromEntries(entries.sort()), null, 2);
      await writeFile(path.join(OUTPUT, "manifest.json"), `${text}\n`);

      const current = new Set([...files.map(([file]) => file), `${OUTPUT}/manifest.json`]);
      for (const entry of await readdir(OUTPUT, { recursive: true, withFileTypes: true })) {
        const file = path.join(entry.parentPath, entry.name);
        if (entry.isFile() && !current.has(file)) await rm(file);
      }
    });
  },
};

/** What western languages are written with, and the mathematics of the page. */
const LETTERS =
  [...range(0x20, 0x7e), ...range(0xa0, 0xff)].map((code) => String.fromCharCode(code)).join("") +
  "–—‘’“”…•−×·∂′√≤≥≈→←↑↓∑αβθλμησε₀₁₂₃€™Œœ";
/** The weights that the style sheets use. */
const WEIGHTS = { wght: { min: 400, max: 700 } };

/** The font that every page loads, without the letters and weights that none shows. */
const font = {
  name: "font",
  setup(/** @type {esbuild.PluginBuild} */ build) {
    build.onLoad({ filter: /inter-latin-wght-normal\.woff2$/ }, async ({ path: file }) => {
      const whole = await readFile(file);
      const options = { targetFormat: /** @type {const} */ ("woff2"), variationAxes: WEIGHTS };
      return { contents: await subsetFont(whole, LETTERS, options), loader: "file" };
    });
  },
};

/** @param {number} first @param {number} last */
function range(first, last) {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

const images = existsSync(IMAGES)
  ? (await readdir(IMAGES)).map((name) => path.join(IMAGES, name))
  : [];

/** @type {esbuild.BuildOptions} */
const options = {
  entryPoints: [
    `${SOURCE}/js/main.js`,
    `${SOURCE}/js/workers/network-painter.js`,
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
  plugins: [font, manifest],
  logLevel: process.argv.includes("--watch") ? "info" : "warning",
};

if (process.argv.includes("--watch")) {
  const context = await esbuild.context(options);
  await context.watch();
} else {
  await esbuild.build(options);
}
