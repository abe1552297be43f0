import { h, icon, setTip, uniqueId } from "../dom.js";
import { formatCount, formatPlain } from "../format.js";
import { createOwnRow } from "../parts/own-row.js";
import { countOwn, FEWEST_POINTS, OWN, ownThumbnail } from "../own-points.js";
import { choices, describeField, findEntry } from "../schema.js";
import { pause } from "../timing.js";
import { createInput, createSlider, createToggle } from "../widgets.js";

/** @import {Catalog, Entry} from "../schema.js" */
/** @import {Translate} from "../i18n.js" */

/**
 * @typedef {Record<string, any>} Spec
 *
 * @typedef {object} Options
 * @property {Translate} t
 * @property {Catalog} catalog
 * @property {(entry: Entry) => string} drawThumbnail gives the address of a picture
 * @property {(changes: Spec) => void} onChange
 * @property {() => void} onRegenerate
 * @property {() => void} onDraw
 * @property {() => void} onOwn One's own data are wanted, or others of them.
 *
 * @typedef {{spec: Spec, hidden: Set<string>}} DataState
 */

/**
 * What the network learns from.
 *
 * @param {HTMLElement} element
 * @param {Options} options
 * @returns {{update: (state: DataState) => void, drawing: (on: boolean) => void, theme: () => void}}
 */
export function createDataPanel(element, options) {
  const { t, catalog, onChange, onRegenerate, onDraw } = options;
  const datasets = createDatasets(options);

  const short = (/** @type {string} */ name) =>
    t.has(`short.${name}`) ? t(`short.${name}`) : undefined;
  const slider = (
    /** @type {string} */ name,
    /** @type {(value: number) => string} */ format = formatCount,
  ) =>
    createSlider({
      control: describeField(catalog, name),
      label: t(`field.${name}`),
      short: short(name),
      name,
      help: t(`tip.${name}`),
      format,
      onChange: (value) => onChange({ [name]: value }),
    });
  const toggle = (/** @type {string} */ name) =>
    createToggle({
      label: t(`field.${name}`),
      short: short(name),
      name,
      help: t(`tip.${name}`),
      look: "switch",
      onChange: (checked) => onChange({ [name]: checked }),
    });
  const seed = (/** @type {string} */ name) =>
    createInput({
      label: t(`field.${name}`),
      name,
      help: t(`tip.${name}`),
      maxLength: 64,
      /** @type {(text: string) => string | null} */
      read: (text) => text.trim() || null,
      write: (/** @type {string} */ value) => value,
      onChange: (value) => onChange({ [name]: value }),
    });

  const share = slider("train_share", (value) => t("data.share_value", { value }));
  const noise = slider("noise", formatPlain);
  const batch = createBatchSlider(options);
  const samples = slider("samples");
  const classes = slider("classes");
  const standardize = toggle("standardize");
  const shuffle = toggle("shuffle");
  const dataSeed = seed("data_seed");
  const weightSeed = seed("weight_seed");
  const regenerate = h(
    "button",
    { type: "button", class: "button", onclick: onRegenerate },
    t("data.regenerate"),
  );
  setTip(regenerate, t("data.tip_regenerate"));

  const draw = h(
    "button",
    { type: "button", class: "button", onclick: onDraw, "aria-pressed": "false" },
    icon("pencil"),
    t("data.draw"),
  );
  setTip(draw, t("data.tip_draw"));

  const seeds = h("summary", {}, t("data.advanced"));
  setTip(seeds, t("data.tip_advanced"));

  element.append(
    datasets.element,
    h(
      "div",
      { class: "sliders" },
      classes.element,
      share.element,
      noise.element,
      batch.element,
      samples.element,
    ),
    h("div", { class: "data-actions" }, regenerate, draw),
    h("div", { class: "switches" }, standardize.element, shuffle.element),
    h(
      "details",
      { class: "disclosure" },
      seeds,
      h("div", { class: "form" }, dataSeed.element, weightSeed.element),
    ),
  );

  const usual = describeField(catalog, "samples");
  /** Of points of one's own, from the fewest to all. */
  const samplesOf = (/** @type {Spec} */ { dataset }) => {
    if (dataset?.kind !== OWN) return { ...usual };
    const maximum = countOwn(dataset);
    return { minimum: FEWEST_POINTS, maximum, step: 1 };
  };
  const widened = describeField(catalog, "noise").maximum;
  return {
    update({ spec, hidden }) {
      datasets.update(spec);
      datasets.element.hidden = draw.hidden = hidden.has("dataset");
      share.update(spec.train_share);
      share.element.hidden = hidden.has("percTrainData");
      noise.update(spec.noise, { maximum: Math.max(widened, spec.noise ?? 0) });
      noise.element.hidden = hidden.has("noise");
      batch.update(spec.batch_size);
      batch.element.hidden = hidden.has("batchSize");
      samples.update(spec.samples, samplesOf(spec));
      classes.update(spec.classes);
      classes.element.hidden = !findEntry(catalog, "problem", spec.problem)?.uses_classes;
      standardize.update(spec.standardize);
      shuffle.update(spec.shuffle);
      dataSeed.update(spec.data_seed ?? "");
      weightSeed.update(spec.weight_seed ?? "");
    },
    drawing: (on) => draw.setAttribute("aria-pressed", `${on}`),
    theme: datasets.theme,
  };
}

/**
 * The batch size, whose far right is the whole training set (0 on the wire).
 *
 * @param {Options} options
 */
function createBatchSlider({ t, catalog, onChange }) {
  const control = describeField(catalog, "batch_size");
  const minimum = Math.max(1, control.minimum);
  const usual = control.maximum;
  let full = usual + 1;
  const slider = createSlider({
    control: { ...control, minimum, maximum: full, default: control.default },
    label: t("field.batch_size"),
    name: "batch_size",
    help: t("tip.batch_size"),
    format: (value) => (value >= full ? t("settings.full") : formatCount(value)),
    onChange: (value) => onChange({ batch_size: value >= full ? 0 : value }),
  });
  return {
    element: slider.element,
    update(/** @type {number | undefined} */ value) {
      if (value === undefined) return;
      full = Math.max(usual, value) + 1;
      slider.update(value === 0 ? full : value, { maximum: full });
    },
  };
}

/**
 * One radio button with a picture for each dataset of the problem: the rules of the catalogue, and the
 * points of one's own that were there last.
 *
 * @param {Options} options
 */
function createDatasets({ t, catalog, drawThumbnail, onChange, onOwn }) {
  const group = uniqueId("dataset");
  const list = h("div", { class: "datasets" });
  const ownRow = createOwnRow({ t, onOwn });
  const element = h(
    "fieldset",
    {},
    h("legend", { class: "visually-hidden" }, t("field.dataset")),
    h("p", { class: "question", "aria-hidden": "true" }, t("data.question")),
    list,
    ownRow.element,
  );
  /** @type {{entry: Entry, input: HTMLInputElement, picture: HTMLImageElement}[]} */
  let items = [];
  let shownFor = "";
  /** What brings back the own points of each problem. @type {Map<string, Spec>} */
  const own = new Map();

  function entriesOf(/** @type {string} */ problem) {
    const rules = choices(catalog, "dataset", problem).filter(({ thumbnail }) => thumbnail);
    const entries = rules.map((entry) => ({ entry, changes: { dataset: entry.default } }));
    const changes = own.get(problem);
    const entry = changes && findEntry(catalog, "dataset", OWN);
    if (!entry) return entries;
    const thumbnail = ownThumbnail(changes.dataset);
    return [...entries, { entry: { ...entry, thumbnail, problems: [problem] }, changes }];
  }

  function render(/** @type {string} */ problem) {
    const entries = entriesOf(problem);
    items = entries.map(({ entry, changes }) => {
      const input = h("input", {
        type: "radio",
        name: group,
        value: entry.kind,
        class: "dataset-input",
        "aria-label": entry.label,
        onchange: () => onChange(changes),
      });
      const picture = h("img", { class: "dataset-picture", alt: "", draggable: false });
      return { entry, input, picture };
    });
    list.replaceChildren(
      ...items.map(({ entry, input, picture }) => {
        const label = h("label", { class: "dataset" }, input, picture);
        setTip(label, entry.help, input);
        label.dataset.name = entry.label; // said on paper
        label.dataset.components = `dataset:${entry.kind}`;
        return label;
      }),
    );
    theme();
  }

  async function theme() {
    for (const { entry, picture } of items) {
      picture.src = drawThumbnail(entry);
      await pause(); // each takes some milliseconds
    }
  }

  /** Whether these are other points than those that the list has. */
  function remember(/** @type {Spec} */ { problem, classes, dataset }) {
    if (dataset?.kind !== OWN || !problem) return false;
    const known = own.get(problem)?.dataset.points === dataset.points;
    own.set(problem, { problem, classes, dataset });
    return !known;
  }

  return {
    element,
    theme,
    update(/** @type {Spec} */ spec) {
      const { problem, dataset } = spec;
      const changed = remember(spec);
      if (problem && (problem !== shownFor || changed)) {
        shownFor = problem;
        render(problem);
      }
      for (const { entry, input } of items) input.checked = entry.kind === dataset?.kind;
      ownRow.update(dataset);
    },
  };
}
