/** One page about a run, to print or to keep as PDF: what it is, what came out, and how it looks. */

import css from "../css/late/report.css";
import { h } from "./dom.js";
import { formatCount, formatLoss, formatPercent, formatShort } from "./format.js";
import { addStyles } from "./late.js";
import { draw } from "./pictures/index.js";
import { describeField, findEntry } from "./schema.js";

/** @import {ExportEvent, ExperimentEvent} from "#protocol" */
/** @import {Translate} from "./i18n.js" */
/** @import {Sources, Subject} from "./pictures/index.js" */
/** @import {Catalog} from "./schema.js" */

addStyles(css);

/** The exporter of what is measured. */
const MEASURED = "measurements";
/** Fields that say nothing where they are at their default, or that the layers say. */
const LEFT_OUT = new Set(["mode", "layers", "features"]);
const PRINTING = "is-printing";

/**
 * @param {object} options
 * @param {Translate} options.t
 * @param {Catalog} options.catalog
 * @param {Sources} options.sources
 * @param {(on: boolean) => void} options.toPaper Shows all as on paper: light, and the output wherever the mouse rests.
 * @param {() => ExperimentEvent | null} options.experiment
 * @param {(exporter: string) => Promise<ExportEvent>} options.ask
 */
export function createReport({ t, catalog, sources, toPaper, experiment, ask }) {
  const say = (/** @type {string} */ key, values = {}) => t(`report.${key}`, values);
  const element = h("article", { class: "report", "aria-label": say("title") });

  /** @param {Subject} subject */
  function figure(subject) {
    const svg = draw(subject, sources, t);
    if (!svg) return null;
    const source = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
    const image = h("img", { class: "report-picture", src: source, alt: t(`pictures.${subject}`) });
    return h("figure", { class: `report-figure is-${subject}` }, image);
  }

  /** @type {(name: string, head: string[], rows: string[][]) => HTMLElement} */
  const table = (name, head, rows) =>
    h(
      "section",
      { class: "report-section" },
      h("h2", {}, say(name)),
      h(
        "table",
        { class: "report-table" },
        head.length
          ? h("thead", {}, h("tr", {}, ...head.map((text) => h("th", { scope: "col" }, text))))
          : null,
        h(
          "tbody",
          {},
          ...rows.map(([first, ...rest]) =>
            h("tr", {}, h("th", { scope: "row" }, first), ...rest.map((text) => h("td", {}, text))),
          ),
        ),
      ),
    );

  /** The experiment in words: the fields in their order, with the parameters of components. */
  function settings(/** @type {Record<string, any>} */ spec) {
    const hasClasses = findEntry(catalog, "problem", spec.problem)?.uses_classes;
    const fields = Object.entries(spec).filter(
      ([name]) => !LEFT_OUT.has(name) && (hasClasses || name !== "classes"),
    );
    return fields.map(([name, value]) => {
      const label = t.has(`field.${name}`)
        ? t(`field.${name}`)
        : describeField(catalog, name).label;
      return [label, text(name, value)];
    });
  }

  /** @param {string} name @param {any} value */
  function text(name, value) {
    const { component } = catalog.fields[name] ?? {};
    if (component) {
      return componentText(component, typeof value === "string" ? { kind: value } : value);
    }
    if (typeof value === "boolean") return say(value ? "yes" : "no");
    return typeof value === "number" ? formatShort(value) : String(value);
  }

  /** @param {string} group @param {Record<string, any>} component */
  function componentText(group, { kind, ...parameters }) {
    const entry = findEntry(catalog, group, kind);
    const told = (entry?.parameters ?? [])
      .filter(({ name }) => typeof parameters[name] === "number")
      .map(({ name, label }) => `${label} ${formatShort(parameters[name])}`);
    const name = entry?.label ?? kind;
    return told.length ? `${name} (${told.join(", ")})` : name;
  }

  const share = (/** @type {number | null | undefined} */ value) =>
    typeof value === "number" ? formatPercent(value, 0) : "–";
  const number = (/** @type {number | null | undefined} */ value) =>
    typeof value === "number" ? formatLoss(value) : "–";

  /** @param {ExperimentEvent} event @param {any} measured */
  function build({ spec, hash }, measured) {
    const link = new URL(hash, document.baseURI).href;
    const layers = /** @type {{units: number, activation: any}[]} */ (spec.layers);
    const health = measured.layer_health.layers;
    const metrics = Object.entries(measured.metrics).map(([name, { train, test }]) => {
      const isShare = name === "accuracy";
      return [
        say(`metrics.${name}`),
        isShare ? share(train) : number(train),
        isShare ? share(test) : number(test),
      ];
    });
    const date = new Date().toLocaleString(document.documentElement.lang, { dateStyle: "long" });
    const remarks = /** @type {{text: string, why: string}[]} */ (measured.advice.advice);
    element.replaceChildren(
      h(
        "header",
        { class: "report-head" },
        h("h1", {}, t("page.name")),
        h("p", {}, `${say("epoch", { epoch: formatCount(measured.epoch) })} · ${date}`),
        h("p", { class: "report-link" }, `${say("link")} `, h("a", { href: link }, link)),
      ),
      ...[figure("network"), figure("map"), figure("chart")].filter((one) => one !== null),
      table(
        "results",
        ["", say("training"), say("test")],
        [[say("loss"), number(measured.loss.train), number(measured.loss.test)], ...metrics],
      ),
      table(
        "layers",
        ["", "", say("dead"), say("saturated"), say("forward"), say("backward")],
        layers.map(({ units, activation }, layer) => [
          say("layer", { layer: layer + 1 }),
          say("of_layer", { count: units, activation: componentText("activation", activation) }),
          share(health[layer]?.dead),
          share(health[layer]?.saturated),
          number(health[layer]?.forward),
          number(health[layer]?.backward),
        ]),
      ),
      h(
        "section",
        { class: "report-section is-remarks" },
        h("h2", {}, say("remarks")),
        remarks.length
          ? h("ul", {}, ...remarks.map(({ text, why }) => h("li", {}, h("b", {}, text), ` ${why}`)))
          : h("p", {}, say("no_remarks")),
      ),
      table("experiment", [], settings(spec)),
    );
  }

  function close() {
    document.documentElement.classList.remove(PRINTING);
    element.remove();
  }
  addEventListener("afterprint", close);

  return {
    async open() {
      const event = experiment();
      if (!event) return;
      const { files } = await ask(MEASURED);
      toPaper(true);
      build(event, JSON.parse(files[0].text ?? "{}"));
      toPaper(false);
      document.body.append(element);
      document.documentElement.classList.add(PRINTING);
      await Promise.all([...element.querySelectorAll("img")].map((image) => image.decode()));
      print();
    },
  };
}
