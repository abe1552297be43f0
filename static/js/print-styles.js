// The style sheet of the page on paper, fetched when somebody leaves the page, as for a menu, or presses a key that
// begins a command of the browser.

import css from "../css/late/print.css";
import { addStyles } from "./late.js";

addStyles(`@media print {${css}}`);
