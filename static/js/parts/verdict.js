// Whether an experiment is one that works or one that fails: a mark and a word, never colour alone.

/** @import {Translate} from "../i18n.js" */

import css from "../../css/late/verdict.css";
import { h, icon } from "../dom.js";
import { addStyles } from "../late.js";

addStyles(css);

/**
 * @param {Translate} t
 * @param {boolean} works
 */
export const verdict = (t, works) =>
  h(
    "span",
    { class: `verdict ${works ? "is-good" : "is-bad"}` },
    icon(works ? "check" : "close"),
    t(works ? "try.works" : "try.fails"),
  );
