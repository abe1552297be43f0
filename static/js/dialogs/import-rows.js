/** The first rows of a table, with the columns that are chosen and what cannot be used marked. */

import { h, icon } from "../dom.js";
import { describeLeftOut } from "../import/left-out.js";

/** @import {Translate} from "../i18n.js" */
/** @import {Overview} from "../import/reader.js" */
/** @import {Choice, LeftOut} from "../import/selection.js" */

const MOST_COLUMNS = 24;
const EXCERPT = 60;

/** @param {{t: Translate}} options */
export function createRowsTable({ t }) {
  const table = h("table", { class: "import-table" });
  const element = h(
    "div",
    { class: "import-scroll", role: "region", tabIndex: 0, "aria-label": t("import.rows") },
    table,
  );

  return {
    element,

    /**
     * @param {Overview} overview
     * @param {Choice} choice
     * @param {LeftOut[]} leftOut
     */
    update({ columns, preview }, choice, leftOut) {
      const roles = new Map(
        /** @type {const} */ (["x1", "x2", "target"]).map((role) => [choice[role], role]),
      );
      const chosen = [...roles.keys()];
      const shown = columns
        .map((_, i) => i)
        .filter((i) => i < MOST_COLUMNS - 3 || chosen.includes(i));
      const wrong = new Map(leftOut.map((one) => [one.row, one]));
      const head = h(
        "tr",
        {},
        h("th", { scope: "col" }, t("import.row")),
        ...shown.map((i) => {
          const role = roles.get(i);
          const chip = role && h("span", { class: "import-chip" }, t(`import.role_chips.${role}`));
          const name = h("span", {}, columns[i].name);
          return h("th", { scope: "col", class: role ? "is-chosen" : "" }, name, chip);
        }),
      );
      const rows = preview.map(({ number, cells }) => {
        const problem = wrong.get(number);
        const reason = problem && describeLeftOut(t, problem);
        const title = h(
          "th",
          { scope: "row", title: reason },
          `${number}`,
          problem && icon("warning"),
          reason && h("span", { class: "visually-hidden" }, `, ${reason}`),
        );
        const data = shown.map((i) => {
          const isWrong = problem?.column === columns[i].name || problem?.code === "cells";
          const classes = [roles.has(i) && "is-chosen", isWrong && "is-wrong"].filter(Boolean);
          return h("td", { class: classes.join(" ") }, (cells[i] ?? "").slice(0, EXCERPT));
        });
        return h("tr", { class: problem ? "is-left-out" : "" }, title, ...data);
      });
      table.replaceChildren(h("thead", {}, head), h("tbody", {}, ...rows));
    },
  };
}
