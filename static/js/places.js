/**
 * Places of the page that show a term of the glossary, by selector; of several that hold, the first counts.
 * A word that is made for a panel may name its term in `data-term` instead.
 *
 * @type {[string, string][]}
 */
export const PLACES = [
  // settings
  ['[data-field="learning_rate"] .field-label', "learning_rate"],
  ['[data-field="optimizer"] .field-label', "optimizer"],
  ['[data-field="activation"] .field-label', "activation"],
  ['[data-field="initializer"] .field-label', "initializer"],
  ['[data-field="regularizer"] .field-label', "regularization"],
  ['[data-field="regularization_rate"] .field-label', "regularization_rate"],
  ['[data-field="problem"] .field-label', "problem"],
  ['[data-field="head"] .field-label', "output_function"],
  ['[data-field="speed"] .slider-head', "speed"],
  [".rate", "speed"],
  [".epoch-field", "epoch"],
  // data
  [".data > .panel-title", "dataset"],
  [".data .question", "dataset"],
  ['[data-field="classes"] .slider-head', "class"],
  ['[data-field="train_share"] .slider-head', "train_share"],
  ['[data-field="noise"] .slider-head', "noise"],
  ['[data-field="batch_size"] .slider-head', "batch"],
  ['[data-field="samples"] .slider-head', "sample"],
  ['[data-field="standardize"]', "standardize"],
  ['[data-field="shuffle"]', "shuffle"],
  ['[data-field="data_seed"]', "seed"],
  ['[data-field="weight_seed"]', "seed"],
  // network
  [".network-column.is-features > .network-heading", "feature"],
  [".network-column.is-outputs > .network-heading", "output_layer"],
  [".network-column.is-outputs > .network-label", "class"],
  [".network-column[data-layer] > .network-heading", "layer"],
  [".stepper-value", "layer"],
  [".network-caption", "weight"],
  // output
  [".output > .panel-title", "output_layer"],
  [".readout-test", "test_loss"],
  [".readout-training", "training_loss"],
  [".chart-key.is-test", "test_loss"],
  [".chart-key.is-train", "training_loss"],
  ['[data-field="discretize"]', "discretize"],
  [".scale-range, .scale-text", "color_scale"],
  [".scale-classes", "class"],
  [".map-title, .map-axes", "decision_map"],
  [".card-confusion .segment", "sample"],
  [".card-confusion .field-label", "class"],
  [".confusion th, .confusion .corner", "confusion"],
  // the panels of the dock
  [".health-summary", "backward_signal"],
  [".space-collapse", "linear_collapse"],
  [".insight-activation li:has(> .mark-f)", "activation"],
  [".insight-activation li:has(> .mark-slope)", "derivative"],
  [".insight-activation li:has(> .mark-inputs)", "pre_activation"],
  [".insight-activation li:has(> .mark-saturated)", "saturation"],
  [".insight-activation .inputs-note", "pre_activation"],
  [".value-table", "derivative"],
  [".sign-chart", "zero_centred"],
  [".insight-gradients .insight-title", "zigzag"],
  [".path-side", "zigzag"],
  [".path-facts", "path_efficiency"],
  [".start-numbers", "fan_in"],
  [".picker-sliders .slider-head", "decision_map"],
  [".curves-box .insight-title", "gradient"],
];
