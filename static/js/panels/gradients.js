import { h, setText, setTip } from "../dom.js";
import { formatShort } from "../format.js";
import { asWritten, formatShare } from "../insights.js";
import { createFigure, createKey, layerNames } from "../parts/pieces.js";
import { createSignBars } from "../parts/sign-bars.js";
import { createTerm } from "../parts/term.js";
import { createPathPlot, createRose } from "../parts/weight-path.js";
import { nameOf } from "../schema.js";
import { createSelect } from "../widgets.js";

/** @import {Panel, PanelOptions} from "../panels.js" */

const STEPS = 100;

/**
 * Why training zig-zags: how often all weights of a unit are pushed the same way, and the way of two of
 * them.
 *
 * @param {HTMLElement} element
 * @param {PanelOptions} options
 * @returns {Panel}
 */
export function createGradientsPanel(element, { t, catalog, changed }) {
  const say = (/** @type {string} */ key, values = {}) => t(`insights.gradients.${key}`, values);
  /** Which two weights: of which layer, into which unit, from which two. */
  let chosen = { layer: 0, to: 0, first: 0, second: 1 };
  /** The units of each layer, the features first. @type {number[]} */
  let sizes = [];
  /** @type {Record<string, any>} */
  let spec = {};

  const bars = createSignBars({ t });
  const path = createPathPlot({ t });
  const rose = createRose({ t });
  const sameShare = h("b");
  const otherShare = h("b");
  const key = createKey(
    ["mark-same", say("key_same"), sameShare],
    ["mark-other", say("key_other"), otherShare],
  );
  setTip(key, say("tip_same_sign"));
  const efficiency = createFigure(say("efficiency"), { tip: say("tip_efficiency") });

  const list = (/** @type {keyof typeof chosen} */ name) =>
    createSelect({
      label: say(name),
      help: say(`tip_${name}`),
      onChange: (value) => {
        chosen = { ...chosen, [name]: value };
        fit();
        show();
        changed();
      },
    });
  const lists = {
    layer: list("layer"),
    to: list("to"),
    first: list("first"),
    second: list("second"),
  };
  const single = h("p", { class: "insight-empty", hidden: true }, say("one_input"));
  const way = h(
    "div",
    { class: "path-view" },
    h("div", { class: "path-box" }, path.element),
    h("div", { class: "path-side" }, rose.element, key, efficiency.element),
  );
  const signsTitle = h(
    "h3",
    { class: "insight-title" },
    createTerm(say("signs"), say("signs_note")),
  );
  const body = h(
    "div",
    { class: "insight insight-gradients" },
    h("section", { class: "insight-half" }, signsTitle, bars.element),
    h(
      "section",
      { class: "insight-half" },
      h("h3", { class: "insight-title" }, say("path", { count: STEPS })),
      h(
        "div",
        { class: "path-row" },
        h("div", { class: "path-lists" }, ...Object.values(lists).map((item) => item.element)),
        way,
        single,
      ),
    ),
  );
  element.append(body);

  /** Keeps the choice within the network, and the two weights apart. */
  function fit() {
    const within = (/** @type {number} */ value, /** @type {number} */ count) =>
      Math.max(0, Math.min(value, count - 1));
    const layer = within(chosen.layer, sizes.length - 1);
    const inputs = sizes[layer] ?? 0;
    const to = within(chosen.to, sizes[layer + 1] ?? 1);
    const first = within(chosen.first, inputs);
    let second = within(chosen.second, inputs);
    if (second === first && inputs > 1) second = first === 0 ? 1 : 0;
    chosen = { layer, to, first, second };
  }

  /** @param {number} layer @param {number} index @returns {string} */
  function inputName(layer, index) {
    if (layer > 0) return t("edit.neuron", { unit: index + 1 });
    return asWritten(nameOf(catalog, "feature", spec.features?.[index])) || `${index + 1}`;
  }

  function show() {
    const { layer, to, first, second } = chosen;
    const hidden = sizes.length - 2;
    const inputs = Array.from({ length: sizes[layer] ?? 0 }, (_, i) => ({
      value: i,
      label: say("from", { name: inputName(layer, i) }),
      help: "",
    }));
    lists.layer.update({
      options: layerNames(t, hidden).map((label, value) => ({ value, label, help: "" })),
      value: layer,
    });
    lists.to.update({
      options: Array.from({ length: sizes[layer + 1] ?? 0 }, (_, value) => ({
        value,
        label: say("unit", { unit: value + 1 }),
        help: "",
      })),
      value: to,
    });
    lists.first.update({ options: inputs.filter(({ value }) => value !== second), value: first });
    lists.second.update({ options: inputs.filter(({ value }) => value !== first), value: second });
    const enough = inputs.length > 1;
    way.hidden = !enough;
    single.hidden = enough;
  }

  return {
    wants: () => [
      ...(sizes.length ? [{ kind: "gradients" }] : []),
      ...((sizes[chosen.layer] ?? 0) > 1 ? [{ kind: "weight_path", ...chosen, steps: STEPS }] : []),
    ],

    experiment(model) {
      spec = model.spec;
      const units = (spec.layers ?? []).map((/** @type {{units: number}} */ { units }) => units);
      sizes = [spec.features?.length ?? 0, ...units, model.experiment.outputs];
      fit();
      show();
      changed();
    },

    update(event) {
      const data = /** @type {any} */ (event.data);
      if ("batch_sizes" in data) {
        const all = data.batch_sizes[data.batch_sizes.length - 1];
        const batch = spec.batch_size === 0 ? all : Math.min(spec.batch_size, all);
        bars.update(data, { names: layerNames(t, sizes.length - 2), batch });
        return;
      }
      const { layer, to, first, second } = chosen;
      const links = JSON.stringify([
        [layer, to, first],
        [layer, to, second],
      ]);
      if (JSON.stringify(data.links) !== links) return;
      path.update(data.path, data.start);
      rose.update(data.path);
      setText(sameShare, formatShare(data.same_sign));
      setText(otherShare, formatShare(data.same_sign === null ? null : 1 - data.same_sign));
      efficiency.show(
        formatShare(data.efficiency),
        say("lengths", { direct: formatShort(data.direct), length: formatShort(data.length) }),
      );
    },

    theme() {
      path.theme();
      rose.theme();
    },
    resize() {
      bars.resize();
      path.redraw();
      rose.redraw();
    },
    destroy() {
      path.destroy();
      rose.destroy();
      element.replaceChildren();
    },
  };
}
