// The panels that are fetched when one of them is first opened, with their texts.

/** @import {Translate} from "./i18n.js" */

import texts from "../i18n/en.dock.json" with { type: "json" };
import "./parts/insight-styles.js";
import { createActivationFunctionPanel } from "./panels/activation-function.js";
import { createGradientsPanel } from "./panels/gradients.js";
import { createHiddenSpacePanel } from "./panels/hidden-space.js";
import { createInitializationPanel } from "./panels/initialization.js";
import { createOutputPanel } from "./panels/output.js";

export {
  createActivationFunctionPanel,
  createGradientsPanel,
  createHiddenSpacePanel,
  createInitializationPanel,
  createOutputPanel,
};

/** @param {Translate} t */
export const addTexts = (t) => t.add(texts);
