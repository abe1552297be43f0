// What manifest.json says of a build: which file to serve for each source that templates name
// ("js/main.js"), and under "preload" which others such a file will ask for at once.

import path from "node:path";

/** @import {Metafile} from "esbuild" */

/** Imports that are fetched before anything runs; a dynamic one may never be. */
const AT_ONCE = "import-statement";

/**
 * @param {Metafile} metafile
 * @param {{source: string, output: string, copied: string[], fonts: RegExp}} options The folders of sources
 *   and outputs; sources that are copied as they are; the fonts, of all that style sheets name, in
 *   which every page is written.
 * @returns {Record<string, string | Record<string, string[]>>}
 */
export function createManifest({ outputs }, { source, output, copied, fonts }) {
  const served = (/** @type {string} */ file) => path.posix.relative(output, file);
  const named = Object.entries(outputs).flatMap(([file, { entryPoint, inputs }]) => {
    const from = entryPoint ?? Object.keys(inputs).find((input) => copied.includes(input));
    return from ? [{ file, name: path.posix.relative(source, from) }] : [];
  });

  /** @param {string} file @param {Set<string>} [found] */
  function modules(file, found = new Set()) {
    for (const { path: next, kind } of outputs[file]?.imports ?? []) {
      if (kind !== AT_ONCE || found.has(next)) continue;
      found.add(next);
      modules(next, found);
    }
    return found;
  }

  const fontsOf = (/** @type {string} */ file) =>
    outputs[file].imports
      .map((imported) => imported.path)
      .filter((found) =>
        Object.keys(outputs[found]?.inputs ?? {}).some((input) => fonts.test(input)),
      );

  const preload = named.flatMap(({ file, name }) => {
    const first = name.endsWith(".css") ? fontsOf(file) : [...modules(file)];
    return first.length > 0 ? [[name, first.map(served)]] : [];
  });
  const files = named.map(({ file, name }) => [name, served(file)]);
  return { ...Object.fromEntries(files.sort()), preload: Object.fromEntries(preload.sort()) };
}

/**
 * One manifest for the builds of all languages.
 *
 * @param {Record<string, Record<string, string | Record<string, string[]>>>} manifests by language
 * @param {string} first the language that there is all of
 * @returns {Record<string, unknown>} that of the first language, and under "languages" the others
 */
export function joinManifests(manifests, first) {
  const others = Object.entries(manifests).filter(([language]) => language !== first);
  return { ...manifests[first], languages: Object.fromEntries(others.sort()) };
}
