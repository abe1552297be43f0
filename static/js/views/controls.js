import { h, icon } from "../dom.js";
import { formatInput, formatPlain, formatSetting } from "../format.js";
import { createPopover, iconButton } from "../popover.js";
import {
  choices,
  describeField,
  describeParameter,
  findEntry,
  readNumber,
  toOptions,
  withCurrent,
} from "../schema.js";
import { sharedActivation, withActivation } from "../state.js";
import { createParameter, createSelect } from "../widgets.js";

/** @import {Catalog, Component, Entry} from "../schema.js" */
/** @import {Translate} from "../i18n.js" */

/**
 * @typedef {Record<string, any>} Spec
 * @typedef {{element: HTMLElement, update: (spec: Spec) => void}} Setting
 * @typedef {{t: Translate, catalog: Catalog, onChange: (changes: Spec) => void}} Options
 */

/** What the bar shows, in order, with the name under which a link may hide it. */
const BAR = [
  { field: "learning_rate", hides: "learningRate" },
  { field: "optimizer", hides: "optimizer" },
  { field: "activation", hides: "activation" },
  { field: "initializer", hides: "initializer", also: ["bias"] },
  { field: "regularizer", hides: "regularization" },
  { field: "regularization_rate", hides: "regularizationRate" },
  { field: "problem", hides: "problem" },
  { field: "head", hides: "head" },
];

/**
 * The bar of settings, built from the catalogue.
 *
 * @param {HTMLElement} element
 * @param {Options} options
 * @returns {{update: (state: {spec: Spec, hidden: Set<string>}) => void}}
 */
export function createControls(element, options) {
  const settings = BAR.map(({ field, hides, also }) => ({
    hides,
    ...createSetting(field, also ?? [], options),
  }));
  element.append(...settings.map((setting) => setting.element));
  return {
    update({ spec, hidden }) {
      for (const setting of settings) {
        setting.update(spec);
        setting.element.hidden = hidden.has(setting.hides);
      }
    },
  };
}

/**
 * @param {string} name
 * @param {string[]} also
 * @param {Options} options
 * @returns {Setting}
 */
function createSetting(name, also, options) {
  const { catalog } = options;
  if (name === "activation") return activationSetting(options);
  const field = catalog.fields[name];
  if (name === "problem") return problemSetting(options);
  if (field.component) return componentSetting(name, also, options);
  return numberSetting(name, options);
}

/** @param {Translate} t @param {string} name @param {string} fallback */
function words(t, name, fallback) {
  const label = t.has(`field.${name}`) ? t(`field.${name}`) : fallback;
  return { label, short: t.has(`short.${name}`) ? t(`short.${name}`) : label };
}

/**
 * A number out of a list, or any other that the user types.
 *
 * @param {string} name
 * @param {Options} options
 * @returns {Setting}
 */
function numberSetting(name, { t, catalog, onChange }) {
  const control = describeField(catalog, name);
  const { label, short } = words(t, name, control.label);
  const list = createSelect({
    label,
    short,
    name,
    help: t.has(`tip.${name}`) ? t(`tip.${name}`) : control.help,
    other: {
      label: t("settings.other"),
      valueLabel: t("settings.other_value", { name: label }),
      read: (text) => readNumber(text, control),
    },
    onChange: (value) => onChange({ [name]: value }),
  });
  return {
    element: list.element,
    update(spec) {
      const value = spec[name];
      const options = withCurrent(control.options ?? [], value).map((number) => ({
        value: number,
        label: formatPlain(number),
        help: "",
      }));
      list.update({ options, value });
    },
  };
}

/**
 * @param {Options} options
 * @returns {Setting}
 */
function problemSetting({ t, catalog, onChange }) {
  const { label, short } = words(t, "problem", catalog.fields.problem.label);
  const list = createSelect({
    label,
    short,
    name: "problem",
    onChange: (kind) => onChange({ problem: kind }),
  });
  const options = toOptions("problem", choices(catalog, "problem"), true);
  return {
    element: list.element,
    update: (spec) => list.update({ options, value: spec.problem }),
  };
}

/**
 * A component to choose, with its parameters (and fields that belong to it) behind a button.
 *
 * @param {string} name
 * @param {string[]} also
 * @param {Options} options
 * @returns {Setting}
 */
function componentSetting(name, also, options) {
  const { t, catalog, onChange } = options;
  const field = catalog.fields[name];
  const group = /** @type {string} */ (field.component);
  const { label, short } = words(t, name, field.label);
  const list = createSelect({
    label,
    short,
    name,
    help: field.help,
    onChange: (kind) => onChange({ [name]: findEntry(catalog, group, kind)?.default }),
  });
  const more = createMore(list.element, label, also, options, (component) =>
    onChange({ [name]: component }),
  );
  return {
    element: list.element,
    update(spec) {
      const entries = choices(catalog, group, spec.problem);
      list.update({ options: toOptions(group, entries, true), value: spec[name]?.kind });
      more.update(findEntry(catalog, group, spec[name]?.kind), spec[name], spec);
    },
  };
}

/**
 * The activation of all hidden layers at once.
 *
 * @param {Options} options
 * @returns {Setting}
 */
function activationSetting(options) {
  const { t, catalog, onChange } = options;
  const group = "activation";
  /** @type {import("../state.js").Layer[]} */
  let layers = [];
  const apply = (/** @type {Component | undefined} */ component) => {
    if (component) onChange({ layers: withActivation(layers, component) });
  };
  const { label, short } = words(t, "activation", group);
  const list = createSelect({
    label,
    short,
    name: "activation",
    onChange: (kind) => apply(findEntry(catalog, group, kind)?.default),
  });
  const more = createMore(list.element, label, [], options, apply);
  const entries = choices(catalog, group);
  return {
    element: list.element,
    update(spec) {
      layers = spec.layers ?? [];
      const shared = sharedActivation(layers);
      list.select.disabled = layers.length === 0;
      list.update({
        options: toOptions(group, entries),
        value: shared?.kind ?? null,
        placeholder: layers.length ? t("settings.mixed") : "–",
      });
      more.update(findEntry(catalog, group, shared?.kind), shared ?? undefined, spec);
    },
  };
}

/**
 * The button at the side of a list that opens the parameters of what is chosen there.
 *
 * @param {HTMLElement} element
 * @param {string} label
 * @param {string[]} also Fields of the experiment that are shown with them.
 * @param {Options} options
 * @param {(component: Component) => void} onComponent
 */
function createMore(element, label, also, { t, catalog, onChange }, onComponent) {
  const body = h("div", { class: "form" });
  const name = t("settings.parameters", { name: label });
  const button = iconButton({ label: name, icon: icon("tune"), class: "tune-button" });
  element.querySelector(".select")?.append(button);
  createPopover(button, body, { label: name, anchor: element });

  const writing = { format: formatSetting, write: formatInput };
  const fields = also.map((field) => {
    const control = describeField(catalog, field);
    control.label = words(t, field, control.label).label;
    const change = (/** @type {any} */ value) => onChange({ [field]: value });
    return { field, ...createParameter(control, { ...writing, onChange: change }) };
  });
  /** @type {string | undefined} */
  let shownKind;
  /** @type {Component | undefined} */
  let current;
  /** @type {{name: string, element: HTMLElement, update: (value: any) => void}[]} */
  let parameters = [];

  return {
    update(
      /** @type {Entry | undefined} */ entry,
      /** @type {Component | undefined} */ component,
      /** @type {Spec} */ spec,
    ) {
      current = component;
      if (entry?.kind !== shownKind || !body.firstChild) {
        shownKind = entry?.kind;
        parameters = (entry?.parameters ?? []).map((parameter) => ({
          name: parameter.name,
          ...createParameter(describeParameter(parameter), {
            ...writing,
            onChange: (value) => current && onComponent({ ...current, [parameter.name]: value }),
          }),
        }));
        body.replaceChildren(
          h("h2", { class: "popover-title" }, entry?.label ?? label),
          ...(entry?.help ? [h("p", { class: "popover-help" }, entry.help)] : []),
          ...parameters.map((parameter) => parameter.element),
          ...fields.map((field) => field.element),
        );
      }
      for (const parameter of parameters) parameter.update(component?.[parameter.name]);
      for (const field of fields) field.update(spec[field.field]);
      button.hidden = parameters.length + fields.length === 0;
      element.classList.toggle("has-more", !button.hidden);
    },
  };
}
