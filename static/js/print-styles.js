// The style sheet of the page on paper, fetched at the first sign of somebody who could print it.

import css from "../css/late/print.css";
import { addStyles } from "./late.js";

addStyles(`@media print {${css}}`);
