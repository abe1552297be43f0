// Writes build/protocol.d.ts from the JSON Schema of all messages:
//     python -m app.protocol > build/protocol.schema.json
//     node scripts/protocol_types.mjs build/protocol.schema.json

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { compile } from "json-schema-to-typescript";

const [source] = process.argv.slice(2);
if (!source) {
  console.error("Usage: node scripts/protocol_types.mjs SCHEMA.json");
  process.exit(2);
}

/**
 * A title on a field would become a type of its own (Kind, Kind1, Kind2 ...); only the definitions
 * keep their names.
 *
 * @param {any} node
 * @returns {any}
 */
function withoutFieldTitles(node) {
  if (Array.isArray(node)) return node.map(withoutFieldTitles);
  if (node === null || typeof node !== "object") return node;
  const entries = Object.entries(node).map(([key, value]) => {
    const named = key === "properties" || key === "$defs";
    return [key, named ? mapValues(value, withoutFieldTitles) : withoutFieldTitles(value)];
  });
  return Object.fromEntries(entries.filter(([key, value]) => key !== "title" || !isText(value)));
}

/** @param {unknown} value */
const isText = (value) => typeof value === "string";

/**
 * @param {Record<string, any>} object
 * @param {(value: any) => any} change
 */
const mapValues = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));

const schema = withoutFieldTitles(JSON.parse(await readFile(source, "utf8")));
const types = await compile(schema, "Message", {
  additionalProperties: false,
  bannerComment: "",
  ignoreMinAndMaxItems: true,
  unreachableDefinitions: true,
});

await mkdir("build", { recursive: true });
await writeFile("build/protocol.d.ts", types);
