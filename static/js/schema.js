/**
 * From the catalogue to descriptions of controls. No kind of any component is known here: what there
 * is to choose, its words and its ranges all come from the registries of the engine.
 */

import { parseNumber } from "./format.js";

/**
 * @typedef {{kind: string} & Record<string, any>} Component
 *
 * @typedef {object} Parameter
 * @property {string} name
 * @property {string} label
 * @property {string | null} [help]
 * @property {number | null} minimum
 * @property {number | null} maximum
 * @property {number | null} step
 * @property {string | null} [scale]
 * @property {any} default
 *
 * @typedef {object} Entry A component as the catalogue describes it.
 * @property {string} kind
 * @property {string} label
 * @property {string} [short] The label in lists, where that is too long for them.
 * @property {string} help
 * @property {string | null} [html]
 * @property {string | null} [formula]
 * @property {string[] | null} [problems]
 * @property {Component} default
 * @property {Parameter[]} parameters
 * @property {string | null} [tfp]
 * @property {boolean} [uses_classes] Of a problem.
 * @property {string} [map]
 * @property {number} [scale]
 * @property {{x1: number[], x2: number[], label: number[]} | null} [thumbnail] Of a dataset that is a rule.
 *
 * @typedef {object} Field
 * @property {string} label
 * @property {string} help
 * @property {string} type
 * @property {string | null} [component]
 * @property {number | null} [minimum]
 * @property {number | null} [maximum]
 * @property {number | null} [ui_minimum]
 * @property {number | null} [ui_maximum]
 * @property {number | null} [step]
 * @property {string | null} [scale]
 * @property {any[] | null} [options]
 * @property {any} default
 * @property {boolean} [live]
 *
 * @typedef {{kind: string, label: string, help: string, group: "network" | "data", suffix: string}} ExporterEntry
 *
 * @typedef {object} Catalog
 * @property {number} protocol
 * @property {string} version
 * @property {{layers: number, drawn_layers: number, units: number}} limits
 * @property {number} speed Epochs per second of a new session.
 * @property {ExporterEntry[]} exporters
 * @property {Record<string, Field>} fields
 * @property {Record<string, Entry[]>} components
 *
 * @typedef {{value: any, label: string, help: string, component?: string}} Option `component`: its place in
 *   the catalogue as "group:kind", where its explanation and formula are.
 *
 * @typedef {object} Control
 * @property {string} name
 * @property {"select" | "slider" | "number" | "toggle" | "text"} widget
 * @property {string} label
 * @property {string} help
 * @property {number} minimum Of what the control offers.
 * @property {number} maximum
 * @property {number} lowest Of what is allowed at all.
 * @property {number} highest
 * @property {number} step
 * @property {boolean} log
 * @property {boolean} integer
 * @property {any[] | null} options
 * @property {any} default
 */

/**
 * The control for one field of the experiment.
 *
 * @param {Catalog} catalog
 * @param {string} name
 * @returns {Control}
 */
export function describeField(catalog, name) {
  const field = catalog.fields[name];
  if (!field) throw new Error(`The catalogue has no field "${name}".`);
  const number = field.type === "number" || field.type === "integer";
  const lowest = field.minimum ?? -Infinity;
  const highest = field.maximum ?? Infinity;
  const minimum = field.ui_minimum ?? lowest;
  const maximum = field.ui_maximum ?? highest;
  const ranged = Number.isFinite(minimum) && Number.isFinite(maximum);
  /** @type {Control["widget"]} */
  let widget = "text";
  if (field.options || field.component) widget = "select";
  else if (number) widget = ranged ? "slider" : "number";
  else if (field.type === "boolean") widget = "toggle";
  return {
    name,
    widget,
    label: field.label,
    help: field.help ?? "",
    minimum,
    maximum,
    lowest,
    highest,
    step: field.step ?? (field.type === "integer" ? 1 : defaultStep(minimum, maximum)),
    log: field.scale === "log",
    integer: field.type === "integer",
    options: field.options ?? null,
    default: field.default,
  };
}

/**
 * The control for one parameter of a component.
 *
 * @param {Parameter} parameter
 * @returns {Control}
 */
export function describeParameter(parameter) {
  const minimum = parameter.minimum ?? -Infinity;
  const maximum = parameter.maximum ?? Infinity;
  const ranged = Number.isFinite(minimum) && Number.isFinite(maximum);
  const numeric = typeof parameter.default === "number";
  return {
    name: parameter.name,
    widget: numeric ? (ranged ? "slider" : "number") : "text",
    label: parameter.label,
    help: parameter.help ?? "",
    minimum,
    maximum,
    lowest: minimum,
    highest: maximum,
    step: parameter.step ?? defaultStep(minimum, maximum),
    log: parameter.scale === "log" && minimum > 0,
    integer: false,
    options: null,
    default: parameter.default,
  };
}

/** @param {number} minimum @param {number} maximum */
function defaultStep(minimum, maximum) {
  const span = maximum - minimum;
  return Number.isFinite(span) && span > 0 ? 10 ** Math.floor(Math.log10(span / 50)) : 0.01;
}

/**
 * The catalogue from its JSON; texts for the page are without the marks of code in docstrings.
 *
 * @param {string} text
 * @returns {Catalog}
 */
export const readCatalog = (text) =>
  JSON.parse(text, (key, value) =>
    key === "help" && typeof value === "string" ? value.replaceAll("`", "") : value,
  );

/**
 * The components to choose from; those that fit the problem, when one is given.
 *
 * @param {Catalog} catalog
 * @param {string} group
 * @param {string} [problem]
 * @returns {Entry[]}
 */
export function choices(catalog, group, problem) {
  return (catalog.components[group] ?? []).filter(
    ({ problems }) => !problem || !problems || problems.includes(problem),
  );
}

/**
 * @param {Catalog} catalog
 * @param {string} group
 * @param {string | undefined} kind
 * @returns {Entry | undefined}
 */
export function findEntry(catalog, group, kind) {
  return catalog.components[group]?.find((entry) => entry.kind === kind);
}

/**
 * What a component is called: one that is made by a text (a formula) by that text.
 *
 * @param {Catalog} catalog
 * @param {string} group
 * @param {Component | undefined} component
 * @returns {string}
 */
export const nameOf = (catalog, group, component) =>
  component?.text ?? findEntry(catalog, group, component?.kind)?.label ?? component?.kind ?? "";

/**
 * Whether two components are the same choice with the same parameters.
 *
 * @param {Component} one
 * @param {Component} other
 */
export const isSame = (one, other) =>
  one.kind === other.kind &&
  Object.keys({ ...one, ...other }).every((name) => one[name] === other[name]);

/**
 * Components as options of a list.
 *
 * @param {string} group
 * @param {Entry[]} entries
 * @param {boolean} [isNarrow] The list has room for short labels only.
 * @returns {Option[]}
 */
export const toOptions = (group, entries, isNarrow = false) =>
  entries.map(({ kind, label, short, help }) => ({
    value: kind,
    label: (isNarrow && short) || label,
    help,
    component: `${group}:${kind}`,
  }));

/**
 * Options of a list of numbers, with the current value in its place even when it is not one of them.
 *
 * @param {number[]} numbers
 * @param {number | undefined} current
 * @returns {number[]}
 */
export function withCurrent(numbers, current) {
  if (current === undefined || numbers.includes(current)) return numbers;
  return [...numbers, current].sort((a, b) => a - b);
}

/**
 * Where a value is on a slider whose positions go from 0 to 1.
 *
 * @param {Pick<Control, "minimum" | "maximum" | "log">} control
 * @param {number} value
 * @returns {number}
 */
export function toPosition({ minimum, maximum, log }, value) {
  if (maximum <= minimum) return 0;
  const at = log
    ? Math.log(Math.max(value, minimum) / minimum) / Math.log(maximum / minimum)
    : (value - minimum) / (maximum - minimum);
  return Math.min(1, Math.max(0, at));
}

/**
 * The value at a position from 0 to 1; a logarithmic scale gives numbers of two digits.
 *
 * @param {Pick<Control, "minimum" | "maximum" | "log" | "step">} control
 * @param {number} position
 * @returns {number}
 */
export function fromPosition({ minimum, maximum, log, step }, position) {
  const at = Math.min(1, Math.max(0, position));
  if (log) return at === 1 ? maximum : Number((minimum * (maximum / minimum) ** at).toPrecision(2));
  const steps = Math.round(((maximum - minimum) * at) / step);
  return Math.min(maximum, Number((minimum + steps * step).toPrecision(12)));
}

/**
 * A number that the user typed.
 *
 * @param {string} text
 * @param {Pick<Control, "lowest" | "highest" | "integer">} limits
 * @returns {number | null} Null when it is no number within the limits.
 */
export function readNumber(text, { lowest, highest, integer }) {
  const number = parseNumber(text);
  if (number === null) return null;
  const value = integer ? Math.round(number) : number;
  return value >= lowest && value <= highest ? value : null;
}

/**
 * The int8 values of a picture that came as base64.
 *
 * @param {string} base64
 * @returns {Int8Array}
 */
export function decodeMap(base64) {
  return Int8Array.from(atob(base64), (character) => (character.charCodeAt(0) << 24) >> 24);
}
