import { h, setText, setTip } from "../dom.js";
import { formatCount, formatInput, formatSetting, formatShort } from "../format.js";
import { formatExact, formatShare, sampleAt } from "../insights.js";
import { createActivationPlot } from "../parts/activation-plot.js";
import { createFacts, createFormula, createKey } from "../parts/pieces.js";
import { choices, describeParameter, findEntry, toOptions } from "../schema.js";
import { createParameter, createSelect } from "../widgets.js";

/** @import {Panel, PanelOptions} from "../panels.js" */
/** @import {Component} from "../schema.js" */
/** @import {Translate} from "../i18n.js" */

/** Of the steepest slope: below this an input counts as saturated, as in the layer health. */
const SATURATED = 0.01;

/**
 * The activation function of a layer, or another one to compare, its derivative, and where the layer's
 * inputs lie on it.
 *
 * @param {HTMLElement} element
 * @param {PanelOptions} options
 * @returns {Panel}
 */
export function createActivationFunctionPanel(element, { t, catalog, send, changed }) {
  const say = (/** @type {string} */ key, values = {}) => t(`insights.activation.${key}`, values);
  let layer = 0;
  /** @type {{units: number, activation: Component}[]} */
  let layers = [];
  /** What is looked at instead of the layer's own. @type {Component | null} */
  let other = null;
  /** @type {any} */
  let data = null;

  const looked = () => other ?? layers[layer]?.activation;
  const configure = (/** @type {Component | undefined} */ activation) => {
    if (!activation || !layers[layer]) return;
    const next = layers.map((item, i) => (i === layer ? { ...item, activation } : item));
    send({ type: "configure", changes: { layers: next }, view: {} });
  };
  const layerSelect = createSelect({
    label: t("insights.layer"),
    help: say("tip_layer"),
    onChange: (value) => {
      layer = value;
      other = null;
      changed();
      show();
    },
  });
  const kindSelect = createSelect({
    label: say("function"),
    help: say("tip_function"),
    onChange: (kind) => {
      const isOwn = layers[layer]?.activation.kind === kind;
      other = isOwn ? null : (findEntry(catalog, "activation", kind)?.default ?? null);
      changed();
      show();
    },
  });
  const use = h(
    "button",
    {
      type: "button",
      class: "button",
      onclick: () => {
        configure(other ?? undefined);
        other = null;
      },
    },
    say("use"),
  );
  setTip(use, say("tip_use"));
  const parameters = h("div", { class: "form" });
  /** @type {{name: string, element: HTMLElement, update: (value: any) => void}[]} */
  let sliders = [];
  let shownKind = "";

  const formula = createFormula();
  const plot = createActivationPlot({ t, onMove: () => showTable() });
  const key = createKey(
    ["mark-f", say("key_f")],
    ["mark-slope", say("key_slope")],
    ["mark-inputs", say("key_inputs")],
    ["mark-saturated", say("key_saturated")],
  );
  const outside = h("p", { class: "insight-note inputs-note" });
  const rows = h("tbody");
  const table = h(
    "table",
    { class: "value-table" },
    h("caption", { class: "visually-hidden" }, say("table")),
    h(
      "thead",
      {},
      h("tr", {}, ...["x", "f(x)", "f′(x)"].map((text) => h("th", { scope: "col" }, text))),
    ),
    rows,
  );
  const facts = createFacts(say("facts"));
  const cost = h("p", { class: "insight-note" });
  const empty = h("p", { class: "insight-empty", hidden: true }, say("no_layers"));
  const body = h(
    "div",
    { class: "insight insight-activation" },
    h(
      "div",
      { class: "insight-side form" },
      layerSelect.element,
      kindSelect.element,
      parameters,
      use,
    ),
    h("div", { class: "insight-main" }, key, formula.element, plot.element),
    h("div", { class: "insight-facts" }, table, facts.element, h("div", {}, outside, cost)),
  );
  element.append(body, empty);

  const rowOf = (/** @type {string} */ name) => {
    const cells = [h("th", { scope: "row" }), h("td"), h("td")];
    rows.append(h("tr", { class: name }, ...cells));
    return (/** @type {string[]} */ texts) => texts.forEach((text, i) => setText(cells[i], text));
  };
  const marks = [rowOf(""), rowOf(""), rowOf("")];
  const moved = rowOf("is-moved");

  function showTable() {
    if (!data) return;
    marks.forEach((write, i) => {
      const { x, f, slope } = data.marks[i];
      write([formatShort(x), formatExact(f), formatExact(slope)]);
    });
    const { x } = plot;
    const { f, slope } = sampleAt(data.curve, x);
    moved([`x = ${formatShort(x)}`, formatExact(f), formatExact(slope)]);
  }

  /** The controls, from the experiment. */
  function show() {
    const has = layers.length > 0;
    body.hidden = !has;
    empty.hidden = has;
    if (!has) return;
    const activation = looked();
    use.hidden = !other;
    layerSelect.update({
      options: layers.map((_, i) => ({
        value: i,
        label: t("network.hidden_layer", { layer: i + 1 }),
        help: "",
      })),
      value: layer,
    });
    const entries = choices(catalog, "activation");
    const own = layers[layer].activation.kind;
    kindSelect.update({
      options: toOptions("activation", entries).map((option) =>
        option.value === own ? { ...option, label: say("own", { name: option.label }) } : option,
      ),
      value: activation.kind,
    });
    const entry = findEntry(catalog, "activation", activation.kind);
    if (activation.kind !== shownKind) {
      shownKind = activation.kind;
      sliders = (entry?.parameters ?? []).map((parameter) => ({
        name: parameter.name,
        ...createParameter(describeParameter(parameter), {
          format: formatSetting,
          write: formatInput,
          onChange: (value) => {
            const next = { ...looked(), [parameter.name]: value };
            if (!other) {
              configure(next);
              return;
            }
            other = next;
            changed();
          },
        }),
      }));
      parameters.replaceChildren(...sliders.map((slider) => slider.element));
      formula.show(entry?.formula);
      formula.element.dataset.components = `activation:${activation.kind}`;
    }
    formula.element.dataset.components = `activation:${activation.kind}`;
    for (const slider of sliders) slider.update(activation[slider.name]);
  }

  return {
    wants() {
      if (!layers.length) return [];
      const given = other && { use: "given", activation: other };
      return [{ kind: "activation_function", layer, ...(given ?? { use: "layer" }) }];
    },

    experiment({ spec }) {
      layers = spec.layers ?? [];
      const before = layer;
      layer = Math.max(0, Math.min(layer, layers.length - 1));
      if (layer !== before || other?.kind === layers[layer]?.activation.kind) other = null;
      changed();
      show();
    },

    update(event) {
      const next = /** @type {any} */ (event.data);
      if (next.layer !== layer) return;
      data = next;
      const { histogram } = data;
      plot.update({
        curve: data.curve,
        histogram,
        marks: data.marks,
        saturated: SATURATED * (data.facts.steepest ?? 1),
      });
      showTable();
      facts.show(describeFacts(t, data));
      const beyond = histogram.below + histogram.above;
      const total = histogram.counts.reduce(
        (/** @type {number} */ sum, /** @type {number} */ n) => sum + n,
        beyond,
      );
      setText(
        outside,
        say("inputs", {
          count: formatCount(total),
          outside: beyond ? say("outside", { share: formatShare(beyond / total) }) : "",
        }),
      );
      const measured = data.nanoseconds;
      setText(
        cost,
        measured
          ? say("cost", {
              forward: formatShort(measured.forward),
              slope: formatShort(measured.slope),
            })
          : "",
      );
    },

    theme: plot.theme,
    resize: plot.redraw,
    destroy() {
      plot.destroy();
      element.replaceChildren();
    },
  };
}

/**
 * The facts about an activation function, each with the numbers that show it.
 *
 * @param {Translate} t
 * @param {{facts: any, marks: {x: number, f: number, slope: number}[], label: string}} data
 */
function describeFacts(t, { facts, marks }) {
  const say = (/** @type {string} */ key, values = {}) => t(`insights.activation.${key}`, values);
  const [left, middle, right] = marks;
  const values = {
    left: formatExact(left.slope),
    right: formatExact(right.slope),
    f_left: formatExact(left.f),
    f_middle: formatExact(middle.f),
    f_right: formatExact(right.f),
    steepest: formatExact(facts.steepest),
    kinks: facts.kinks.map(formatShort).join(", "),
  };
  const sides = facts.saturates.length === 2 ? "both" : (facts.saturates[0] ?? "never");
  const fact = (/** @type {string} */ name, /** @type {"good" | "bad" | "plain"} */ sort) => ({
    text: say(`${name}.text`, values),
    reason: say(`${name}.reason`, values),
    sort,
  });
  return [
    fact(`saturates_${sides}`, sides === "never" ? "good" : "bad"),
    facts.zero_centred ? fact("centred", "good") : fact("not_centred", "bad"),
    facts.bounded ? fact("bounded", "plain") : fact("unbounded", "plain"),
    facts.kinks.length ? fact("kinks", "plain") : fact("smooth", "plain"),
    facts.monotone ? fact("monotone", "plain") : fact("not_monotone", "plain"),
    fact("steepest", "plain"),
  ];
}
