// The style sheets of the panels that are fetched later, which figures of the article share.

import gradients from "../../css/late/insights-gradients.css";
import narrow from "../../css/late/insights-narrow.css";
import values from "../../css/late/insights-values.css";
import common from "../../css/late/insights.css";
import { addStyles } from "../late.js";

addStyles(common);
addStyles(gradients);
addStyles(values);
addStyles(narrow);
