/** What the import dialog shows of a table that has been read. */

import { h } from "../dom.js";
import { formatCount } from "../format.js";
import { createColumnChoice } from "./import-columns.js";
import { createLeftOutList } from "./import-left-out.js";
import { createReadingForm } from "./import-reading.js";
import { createRowsTable } from "./import-rows.js";
import { createScatter } from "./import-scatter.js";

/**
 * @import {Translate} from "../i18n.js"
 * @import {Given, Overview} from "../import/reader.js"
 * @import {Choice, Selection} from "../import/selection.js"
 * @import {Source} from "./import.js"
 *
 * @typedef {{source: Source, overview: Overview, choice: Choice, selection: Selection | null}} TableModel
 */

/**
 * @param {{t: Translate, onColumns: (changes: Partial<Choice>) => void,
 *   onReading: (given: Given) => void}} options
 */
export function createTableView({ t, onColumns, onReading }) {
  const title = h("p", { class: "import-heading import-name" });
  const facts = h("p", { class: "import-note" });
  const columns = createColumnChoice({ t, onChange: onColumns });
  const scatter = createScatter({ t });
  const form = createReadingForm({ t, onChange: onReading });
  const rows = createRowsTable({ t });
  const leftOut = createLeftOutList({ t });
  const status = h("p", { class: "import-status", role: "status" });
  const element = h(
    "div",
    { class: "import-view", hidden: true },
    h("div", { class: "import-about" }, title, facts),
    h(
      "div",
      { class: "import-side" },
      columns.element,
      h("div", { class: "import-picture" }, scatter.element, columns.classes),
    ),
    h("div", { class: "import-main" }, status, rows.element, leftOut.element, form.element),
  );

  return {
    element,
    focus: columns.focus,

    /** @param {TableModel} model */
    update({ source, overview, choice, selection }) {
      title.textContent = source.name;
      const size = {
        rows: t("import.row_count", { count: overview.rows }),
        columns: t("import.column_count", { count: overview.columns.length }),
      };
      const isText = source.isText ?? false;
      facts.textContent = [t("import.facts", size), form.describe(overview, isText)].join(" · ");
      columns.update(overview, choice, selection);
      const names = { x1: overview.columns[choice.x1].name, x2: overview.columns[choice.x2].name };
      scatter.update(selection?.refusal ? null : selection, names);
      rows.update(overview, choice, selection?.leftOut ?? []);
      form.update(overview, isText);
      if (selection) {
        status.textContent = selection.refusal ? "" : summarise(overview, selection);
        leftOut.update(selection.leftOut, leftTitle(overview, selection));
      }
    },

    /** What to say when the points are in use. @param {TableModel} model */
    tell({ source, overview, choice, selection }) {
      const points = selection?.target.length ?? 0;
      const name = (/** @type {number} */ i) => overview.columns[i].name;
      const done = t("import.done", {
        points: formatCount(points),
        source: source.name,
        target: name(choice.target),
        x1: name(choice.x1),
        x2: name(choice.x2),
      });
      const left = selection?.leftOut.length ?? 0;
      const isDrawn = points < (selection?.usable ?? 0) || overview.kept < overview.rows;
      return [
        done,
        isDrawn && t("import.done_drawn", { rows: formatCount(overview.rows) }),
        left > 0 && `${leftTitle(overview, selection)}.`,
      ]
        .filter(Boolean)
        .join(" ");
    },
  };

  /** @param {Overview} overview @param {Selection | null} selection */
  function leftTitle({ kept, rows: all }, selection) {
    const count = selection?.leftOut.length ?? 0;
    const key = kept < all ? "import.left_of_kept" : "import.left";
    return t(key, { count, kept: formatCount(kept) });
  }

  /** @param {Overview} overview @param {Selection} selection */
  function summarise({ rows: all, kept }, { usable, target }) {
    const points = formatCount(target.length);
    const counts = { points, rows: formatCount(all), kept: formatCount(kept) };
    if (kept < all)
      return [t("import.rows_drawn", counts), t("import.rows_looked", counts)].join(" ");
    if (target.length < usable) {
      return t("import.rows_drawn", { points, rows: formatCount(usable) });
    }
    if (usable === all) return t("import.rows_all", { count: all });
    return t("import.rows_some", { usable: formatCount(usable), rows: counts.rows });
  }
}
