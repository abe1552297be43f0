// The panels that are fetched when one of them is first opened.

export { createActivationFunctionPanel } from "./panels/activation-function.js";
export { createGradientsPanel } from "./panels/gradients.js";
export { createHiddenSpacePanel } from "./panels/hidden-space.js";
export { createInitializationPanel } from "./panels/initialization.js";
export { createOutputPanel } from "./panels/output.js";
