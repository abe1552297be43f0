/**
 * The panels of the dock, in the order of their tabs.
 *
 * A panel is a view of what the server measures besides the frames. It says what it wants measured and is
 * told of every measurement of that kind (compare `event.diagnostic` where it wants one kind twice).
 * It lives while its tab is chosen: `create` builds it in an empty element, `destroy` ends it. Everything
 * but `wants` and `destroy` may be left out of it.
 *
 * @import {DiagnosticEvent, ExperimentEvent} from "#protocol"
 * @import {Translate} from "./i18n.js"
 * @import {Frame, Points} from "./protocol.js"
 * @import {Catalog} from "./schema.js"
 *
 * @typedef {{kind: string} & Record<string, any>} DiagnosticRequest
 *
 * @typedef {object} PanelOptions
 * @property {Translate} t
 * @property {Catalog} catalog
 * @property {(command: {type: string} & Record<string, any>) => void} send A command that is answered
 *   by an experiment: `{type: "configure", changes, view: {}}`, `{type: "revive", layer, unit}`, ...
 * @property {() => void} changed `wants()` gives something else now.
 * @property {(border: Border | null) => void} border Draws a straight line over the decision map, instead
 *   of the one before.
 * @property {() => number[]} columns Where the columns of the drawing (features, hidden layers, outputs)
 *   have their centres, in client coordinates.
 *
 * @typedef {{w1: number, w2: number, b: number, name: string}} Border Where w1 x1 + w2 x2 + b is 0.
 *
 * @typedef {object} PanelModel What a panel is drawn for, besides its measurements.
 * @property {ExperimentEvent} experiment
 * @property {Record<string, any>} spec The experiment with the changes under way.
 * @property {Points | null} points
 *
 * @typedef {object} Panel
 * @property {() => DiagnosticRequest[]} wants
 * @property {(event: DiagnosticEvent) => void} [update]
 * @property {(model: PanelModel) => void} [experiment] Once after creation and whenever it is another.
 * @property {(frame: Frame) => void} [frame]
 * @property {() => void} [theme] The colours of the page have changed.
 * @property {() => void} [resize] The element or the drawing of the network has another size.
 * @property {() => void} destroy
 *
 * @typedef {object} PanelEntry
 * @property {string} id Also the name of its title: `panels.<id>.title`, or `title` where it is given.
 * @property {string} [title] The key of its title.
 * @property {(t: Translate) => Promise<(element: HTMLElement, options: PanelOptions) => Panel>} load What creates
 *   it; may have to be fetched.
 *
 * @typedef {PanelOptions & {count: (number: number) => void, head: HTMLElement}} CardOptions `count`: how
 *   many things there are to see in the card, shown from two on; `head` takes controls beside its title.
 *
 * @typedef {object} CardEntry A panel at the end of a side column.
 * @property {string} id
 * @property {string} title The key of its title.
 * @property {"data" | "output"} place
 * @property {(spec: Record<string, any>) => boolean} [offered] Whether there is anything to show.
 * @property {(element: HTMLElement, options: CardOptions) => Panel} create
 */

import { createAdvisorPanel } from "./panels/advisor.js";
import { createConfusionPanel, hasConfusion } from "./panels/confusion.js";
import { createLayerHealthPanel } from "./panels/layer-health.js";

let isTold = false;

/** All but the first to be seen, in one file. @param {Translate} t Learns their texts. */
async function others(t) {
  const panels = await import("./other-panels.js");
  if (!isTold) panels.addTexts(t);
  isTold = true;
  return panels;
}

/** @type {PanelEntry[]} */
export const PANELS = [
  { id: "layer_health", load: async () => createLayerHealthPanel },
  { id: "hidden_space", load: async (t) => (await others(t)).createHiddenSpacePanel },
  {
    id: "activation_function",
    title: "insights.activation.title",
    load: async (t) => (await others(t)).createActivationFunctionPanel,
  },
  {
    id: "gradients",
    title: "insights.gradients.title",
    load: async (t) => (await others(t)).createGradientsPanel,
  },
  {
    id: "initialization",
    title: "insights.initialization.title",
    load: async (t) => (await others(t)).createInitializationPanel,
  },
  {
    id: "output",
    title: "insights.output.title",
    load: async (t) => (await others(t)).createOutputPanel,
  },
];

/** @type {CardEntry[]} */
export const CARDS = [
  { id: "advisor", title: "insights.advisor.title", place: "data", create: createAdvisorPanel },
  {
    id: "confusion",
    title: "insights.confusion.title",
    place: "output",
    offered: hasConfusion,
    create: createConfusionPanel,
  },
];
