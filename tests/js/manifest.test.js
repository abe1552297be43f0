import assert from "node:assert/strict";
import { test } from "node:test";
import { createManifest } from "../../scripts/manifest.mjs";

/** @import {ImportKind, Metafile} from "esbuild" */

const OPTIONS = {
  source: "static",
  output: "build/static",
  copied: ["static/img/icon.svg"],
  fonts: /latin\.woff2$/,
};

/**
 * @param {{from?: string, inputs?: string[], imports?: Record<string, ImportKind>}} output
 * @returns {Metafile["outputs"][string]}
 */
const written = ({ from, inputs = [], imports = {} }) => ({
  bytes: 0,
  exports: [],
  entryPoint: from,
  inputs: Object.fromEntries(inputs.map((input) => [input, { bytesInOutput: 0 }])),
  imports: Object.entries(imports).map(([path, kind]) => ({ path, kind })),
});

/** @param {Record<string, Parameters<typeof written>[0]>} outputs */
const manifestOf = (outputs) =>
  createManifest(
    {
      inputs: {},
      outputs: Object.fromEntries(
        Object.entries(outputs).map(([name, output]) => [`build/static/${name}`, written(output)]),
      ),
    },
    OPTIONS,
  );

test("sources are found under the names that templates use, in the order of the alphabet", () => {
  const names = manifestOf({
    "js/main-A.js": { from: "static/js/main.js" },
    "js/main-A.js.map": {},
    "img/icon-B.svg": { inputs: ["static/img/icon.svg"] },
    "js/chunks/shared-C.js": { inputs: ["static/js/dom.js"] },
  });
  const files = { "img/icon.svg": "img/icon-B.svg", "js/main.js": "js/main-A.js" };
  assert.deepEqual(names, { ...files, preload: {} });
  assert.deepEqual(Object.keys(names), ["img/icon.svg", "js/main.js", "preload"]);
});

test("what a module imports is named once, however it is reached, and without what may come later", () => {
  const { preload } = manifestOf({
    "js/main-A.js": {
      from: "static/js/main.js",
      imports: {
        "build/static/js/chunks/b.js": "import-statement",
        "build/static/js/chunks/c.js": "import-statement",
        "build/static/js/chunks/later.js": "dynamic-import",
      },
    },
    "js/chunks/b.js": { imports: { "build/static/js/chunks/d.js": "import-statement" } },
    "js/chunks/c.js": { imports: { "build/static/js/chunks/d.js": "import-statement" } },
    "js/chunks/d.js": { imports: { "build/static/js/chunks/b.js": "import-statement" } },
    "js/chunks/later.js": {},
  });
  const modules = ["js/chunks/b.js", "js/chunks/d.js", "js/chunks/c.js"];
  assert.deepEqual(preload, { "js/main.js": modules });
});

test("of the fonts of a style sheet only those are named that every page shows", () => {
  const { preload } = manifestOf({
    "css/main-A.css": {
      from: "static/css/main.css",
      imports: {
        "build/static/assets/latin-B.woff2": "url-token",
        "build/static/assets/greek-C.woff2": "url-token",
        "data:image/svg+xml,<svg></svg>": "url-token",
      },
    },
    "assets/latin-B.woff2": { inputs: ["fonts/latin.woff2"] },
    "assets/greek-C.woff2": { inputs: ["fonts/greek.woff2"] },
  });
  assert.deepEqual(preload, { "css/main.css": ["assets/latin-B.woff2"] });
});
