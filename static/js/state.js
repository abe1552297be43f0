/**
 * The state of the controls and its pure transitions. The server's word is the truth; what the user
 * has changed and the server has not yet answered lies over it, so that a control answers at once.
 *
 * @import {ExperimentEvent, StatusEvent, View} from "#protocol"
 * @import {Catalog, Component} from "./schema.js"
 *
 * @typedef {{units: number, activation: Component}} Layer
 * @typedef {{id: number, changes: Record<string, any>, view: Partial<View>}} Pending
 *
 * @typedef {object} State
 * @property {"connecting" | "open" | "waiting" | "outdated" | "taken" | "locked"} connection
 * @property {ExperimentEvent | null} experiment
 * @property {Pending[]} pending Changes under way, oldest first.
 * @property {Record<string, any>} spec The experiment with the changes under way.
 * @property {View} view
 * @property {StatusEvent} status
 */

import { isSame } from "./schema.js";

/** @type {View} */
const VIEW = {
  show_test_data: false,
  discretize: false,
  contours: false,
  projector: false,
  hidden: [],
  hide_text: false,
  tutorial: null,
};

/** @returns {State} */
export function initialState() {
  return {
    connection: "connecting",
    experiment: null,
    pending: [],
    spec: {},
    view: VIEW,
    status: {
      type: "status",
      state: "paused",
      epochs_per_second: null,
      until_epoch: null,
      until_test_loss: null,
      divergence: null,
    },
  };
}

/**
 * @param {State} state
 * @param {ExperimentEvent} experiment
 * @returns {State}
 */
export function withExperiment(state, experiment) {
  return overlaid({ ...state, experiment, pending: state.pending.slice(1) });
}

/**
 * What a visit without a link begins with, before the server has said so: the defaults of all fields.
 *
 * @param {State} state
 * @param {Pick<Catalog, "fields" | "speed">} catalog
 * @returns {State}
 */
export function withDefaults(state, { fields, speed }) {
  const defaults = Object.entries(fields).map(([name, field]) => [name, field.default]);
  /** @type {ExperimentEvent} */
  const experiment = {
    type: "experiment",
    spec: Object.fromEntries(defaults),
    view: VIEW,
    hash: "",
    run: 0,
    outputs: 1,
    train_samples: 0,
    test_samples: 0,
    steps_per_epoch: 1,
    can_undo: false,
    can_redo: false,
    formulas: [],
    notices: [],
  };
  const status = { ...state.status, epochs_per_second: speed };
  return withExperiment({ ...state, status }, experiment);
}

/**
 * A command that the server answers with an experiment or an error.
 *
 * @param {State} state
 * @param {number} id
 * @param {Record<string, any>} [changes]
 * @param {Partial<View>} [view]
 * @returns {State}
 */
export function withPending(state, id, changes = {}, view = {}) {
  return overlaid({ ...state, pending: [...state.pending, { id, changes, view }] });
}

/**
 * A command is answered or given up; without an id, all are.
 *
 * @param {State} state
 * @param {number | null} [id]
 * @returns {State}
 */
export function withoutPending(state, id = null) {
  const pending = id === null ? [] : state.pending.filter((item) => item.id !== id);
  return pending.length === state.pending.length ? state : overlaid({ ...state, pending });
}

/**
 * @param {State} state
 * @returns {State}
 */
function overlaid(state) {
  const { experiment, pending } = state;
  const spec = Object.assign({}, experiment?.spec, ...pending.map(({ changes }) => changes));
  const view = Object.assign({}, experiment?.view ?? VIEW, ...pending.map((item) => item.view));
  return { ...state, spec, view };
}

/**
 * @param {State} state
 * @returns {boolean}
 */
export const isPlaying = ({ status }) => status.state === "playing";

/**
 * The activation that all hidden layers share, or null when they differ.
 *
 * @param {Layer[] | undefined} layers
 * @returns {Component | null}
 */
export function sharedActivation(layers) {
  if (!layers?.length) return null;
  const [first, ...rest] = layers.map(({ activation }) => JSON.stringify(activation));
  return rest.every((text) => text === first) ? layers[0].activation : null;
}

/**
 * @param {Layer[]} layers
 * @param {Component} activation
 * @returns {Layer[]}
 */
export const withActivation = (layers, activation) =>
  layers.map((layer) => ({ ...layer, activation }));

/**
 * One layer more (of two units, as in TensorFlow Playground) or one less.
 *
 * @param {Layer[]} layers
 * @param {number} delta
 * @param {{most: number, activation: Component}} options The activation of a first layer.
 * @returns {Layer[]}
 */
export function withLayers(layers, delta, { most, activation }) {
  if (delta < 0) return layers.slice(0, -1);
  if (layers.length >= most) return layers;
  return [...layers, { units: 2, activation: layers.at(-1)?.activation ?? activation }];
}

/**
 * @param {Layer[]} layers
 * @param {number} index
 * @param {number} delta
 * @param {number} most
 * @returns {Layer[]}
 */
export const withUnits = (layers, index, delta, most) =>
  layers.map((layer, at) =>
    at === index ? { ...layer, units: Math.min(most, Math.max(1, layer.units + delta)) } : layer,
  );

/**
 * The features with one more or one less: in the order of the catalogue, and what it does not have as
 * it is (formulas) after them.
 *
 * @param {Component[]} features
 * @param {Component} feature
 * @param {{default: Component}[]} known
 * @returns {Component[]}
 */
export function toggleFeature(features, feature, known) {
  const others = features.filter((active) => !isSame(active, feature));
  if (others.length < features.length) return others;
  const wanted = [...features, feature];
  const named = known.flatMap((entry) => wanted.filter((item) => isSame(item, entry.default)));
  return [...named, ...wanted.filter((item) => !named.includes(item))];
}

/**
 * The hash of an experiment together with how it is played, as far as that is not as usual.
 *
 * @param {string} hash
 * @param {StatusEvent} status
 * @param {number} usual The speed that a link need not name.
 */
export function playedHash(hash, { epochs_per_second, until_epoch, until_test_loss }, usual) {
  const items = [
    epochs_per_second === usual ? "" : `speed=${epochs_per_second ?? 0}`,
    until_epoch === null ? "" : `until_epoch=${until_epoch}`,
    until_test_loss === null ? "" : `until_test_loss=${until_test_loss}`,
  ];
  return [hash, ...items.filter(Boolean)].join("&");
}

/** A hash of this playground, as opposed to one of TensorFlow Playground, has a version. */
const OWN = /^v=/;

/**
 * The hash of an experiment with other controls hidden.
 *
 * @param {string} hash
 * @param {string[]} hidden
 * @param {boolean} hideText
 * @returns {string}
 */
export function hidingLink(hash, hidden, hideText) {
  const items = hash.replace(/^#/, "").split("&").filter(Boolean);
  const own = items.some((item) => OWN.test(item)) || items.length === 0;
  const kept = items.filter((item) => {
    const name = item.split("=")[0];
    return own
      ? name !== "hidden" && name !== "hide_text"
      : !name.endsWith("_hide") && name !== "hideText";
  });
  if (own && !kept.length) kept.push("v=1");
  if (own && hidden.length) kept.push(`hidden=${hidden.map(written).join(",")}`);
  if (own && hideText) kept.push("hide_text=true");
  if (!own) kept.push(...hidden.map((name) => `${encodeURIComponent(name)}_hide=true`));
  if (!own && hideText) kept.push("hideText=true");
  return `#${kept.join("&")}`;
}

/** A text inside a list of a link: what would divide the list is written as a number, twice. @param {string} text */
const written = (text) =>
  encodeURIComponent(
    text.replace(/[%,:()=]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`),
  );
