import { h, setText, setTip } from "../dom.js";
import { formatCount, formatShort } from "../format.js";
import { familyOf, formatRatio } from "../insights.js";
import { createFormula, layerNames } from "../parts/pieces.js";
import { createSignalPlot } from "../parts/signal-plot.js";
import { createTerm } from "../parts/term.js";
import { createWeightsPlot } from "../parts/weights-plot.js";
import { choices, findEntry, toOptions } from "../schema.js";
import { createSelect } from "../widgets.js";

/** @import {Panel, PanelOptions} from "../panels.js" */
/** @import {Component} from "../schema.js" */

/**
 * How the weights start, and how far signals get before any training, with the initializer in use and with
 * another one.
 *
 * @param {HTMLElement} element
 * @param {PanelOptions} options
 * @returns {Panel}
 */
export function createInitializationPanel(element, { t, catalog, send, changed }) {
  const say = (/** @type {string} */ key, values = {}) =>
    t(`insights.initialization.${key}`, values);
  const entries = choices(catalog, "initializer");
  /** The recommended one, unless that is in use already. */
  const automatic = entries[0].default;
  /** @type {Component | null} */
  let current = null;
  /** What it is compared with; null: what there is to recommend. @type {Component | null} */
  let picked = null;
  /** What to compare with where the recommended one is no other than that in use. @type {Component | null} */
  let neighbour = null;
  let layer = 0;
  let hidden = 0;
  /** @type {any} */
  let own = null;
  /** @type {any} */
  let other = null;

  const compared = () => {
    if (picked ?? neighbour) return /** @type {Component} */ (picked ?? neighbour);
    return current?.kind === automatic.kind ? catalog.fields.initializer.default : automatic;
  };

  const otherSelect = createSelect({
    label: say("compare"),
    help: say("tip_compare"),
    onChange: (kind) => {
      picked = findEntry(catalog, "initializer", kind)?.default ?? null;
      other = null;
      show();
      changed();
    },
  });
  const layerSelect = createSelect({
    label: say("layer"),
    help: say("tip_layer"),
    onChange: (value) => {
      layer = value;
      show();
    },
  });
  const use = h(
    "button",
    {
      type: "button",
      class: "button",
      onclick: () => send({ type: "configure", changes: { initializer: compared() }, view: {} }),
    },
    say("use"),
  );
  setTip(use, say("tip_use"));

  /** What it is called in the language of the page. @param {any} data */
  const nameOf = (data) =>
    findEntry(catalog, "initializer", data.initializer.kind)?.label ?? data.label;

  const side = (/** @type {"own" | "other"} */ look) => {
    const title = h("h3", { class: `start-title is-${look}` });
    const formula = createFormula();
    const plot = createWeightsPlot({ label: say("histogram"), look });
    const numbers = h("p", { class: "insight-note start-numbers" });
    const names = h("p", { class: "start-names" });
    const element = h(
      "section",
      { class: "start" },
      h("div", { class: "start-head" }, title, formula.element),
      plot.element,
      numbers,
      names,
    );
    return {
      element,
      plot,
      show(/** @type {any} */ data, /** @type {number} */ reach) {
        setText(title, nameOf(data));
        formula.show(data.formula);
        element.dataset.components = `initializer:${data.initializer.kind}`;
        const at = data.layers[Math.min(layer, data.layers.length - 1)];
        const entry = findEntry(catalog, "initializer", at.initializer);
        plot.update(
          { histogram: at.histogram, std: at.std_theory, family: familyOf(entry?.formula) },
          reach,
        );
        const count = formatCount(at.fan_in * at.fan_out);
        const values = {
          count,
          fan_in: at.fan_in,
          fan_out: at.fan_out,
          measured: formatShort(at.std),
          theory: formatShort(at.std_theory),
          name: entry?.label ?? at.initializer,
        };
        setText(numbers, say(at.initializer === data.initializer.kind ? "std" : "std_as", values));
        const { keras, keras_truncates: cut, pytorch } = data.keras ? data : { ...data, ...entry };
        names.replaceChildren(
          ...(keras ? [say("keras"), h("code", {}, keras), cut ? say("keras_cut") : ""] : []),
          ...(pytorch ? [h("br"), say("pytorch"), h("code", {}, shortName(pytorch))] : []),
        );
      },
    };
  };
  const left = side("own");
  const right = side("other");

  const signal = (/** @type {string} */ name) => {
    const plot = createSignalPlot({ label: say(`${name}_label`), output: say("output_short") });
    const title = h("h3", { class: "insight-title" }, say(name));
    setTip(title, say(`tip_${name}`));
    return { name, plot, element: h("section", { class: "signal" }, title, plot.element) };
  };
  const forward = signal("forward");
  const backward = signal("backward");
  const ratio = h("p", { class: "insight-note" });
  const body = h(
    "div",
    { class: "insight insight-initialization" },
    h(
      "div",
      { class: "insight-side form" },
      otherSelect.element,
      layerSelect.element,
      use,
      createTerm(say("xavier"), say("xavier_note")),
    ),
    left.element,
    right.element,
    h("div", { class: "signals" }, forward.element, backward.element, ratio),
  );
  element.append(body);

  /** Two pictures of the same start show nothing: the next one in the list is there instead. */
  function avoidTheSame() {
    if (picked || neighbour || !own || !other) return;
    const isSame = own.layers.every(
      (/** @type {any} */ at, /** @type {number} */ i) =>
        at.initializer === other.layers[i]?.initializer,
    );
    const at = entries.findIndex(({ kind }) => kind === own.layers[0].initializer);
    if (!isSame || at < 0) return;
    neighbour = entries[(at + 1) % entries.length].default;
    other = null;
    changed();
  }

  function show() {
    otherSelect.update({
      options: toOptions("initializer", entries),
      value: compared().kind,
    });
    layerSelect.update({
      options: layerNames(t, hidden).map((label, value) => ({ value, label, help: "" })),
      value: layer,
    });
    use.disabled = JSON.stringify(compared()) === JSON.stringify(current);
    if (!own || !other) return;
    const reachOf = (/** @type {any} */ data) =>
      data.layers[Math.min(layer, data.layers.length - 1)].histogram.range[1];
    const reach = Math.max(reachOf(own), reachOf(other));
    left.show(own, reach);
    right.show(other, reach);
    const of = (/** @type {any} */ data, /** @type {string} */ name) =>
      data.layers.map((/** @type {any} */ item) => item[name]);
    forward.plot.update(of(own, "forward"), of(other, "forward"));
    backward.plot.update(of(own, "backward"), of(other, "backward"));
    const isSame = [forward, backward].every(({ name }) =>
      own.layers.every(
        (/** @type {any} */ at, /** @type {number} */ i) => at[name] === other.layers[i]?.[name],
      ),
    );
    if (isSame) {
      setText(ratio, say("same"));
      return;
    }
    setText(
      ratio,
      own.first_over_last === null && other.first_over_last === null
        ? hidden > 1
          ? say("no_signal")
          : ""
        : say("ratio", {
            own: formatRatio(own.first_over_last),
            other: formatRatio(other.first_over_last),
            own_name: nameOf(own),
            other_name: nameOf(other),
          }),
    );
  }

  return {
    wants: () =>
      current
        ? [
            { kind: "initialization", use: "run" },
            { kind: "initialization", use: "given", initializer: compared() },
          ]
        : [],

    experiment({ spec }) {
      if (spec.initializer?.kind !== current?.kind) neighbour = null;
      current = spec.initializer ?? null;
      hidden = (spec.layers ?? []).length;
      layer = Math.min(layer, hidden);
      show();
      changed();
    },

    update(event) {
      if (event.diagnostic.use === "run") own = event.data;
      else other = event.data;
      avoidTheSame();
      show();
    },

    theme() {
      for (const { plot } of [left, right, forward, backward]) plot.theme();
    },
    resize() {
      for (const { plot } of [left, right, forward, backward]) plot.redraw();
    },
    destroy() {
      for (const { plot } of [left, right, forward, backward]) plot.destroy();
      element.replaceChildren();
    },
  };
}

/** The call without the modules it is in. @param {string} call */
const shortName = (call) => call.replace(/^[a-z_.]*\.(?=\w+\()/, "");
