/** The rows that cannot be used: how many for which reason, and each of them. */

import { copyText } from "../clipboard.js";
import { h } from "../dom.js";
import { download } from "../download.js";
import { formatCount } from "../format.js";
import { countReasons, describeLeftOut, leftOutFile } from "../import/left-out.js";

/** @import {Translate} from "../i18n.js" */
/** @import {LeftOut} from "../import/selection.js" */

const SHOWN = 200;

/** @param {{t: Translate}} options */
export function createLeftOutList({ t }) {
  /** @type {LeftOut[]} */
  let all = [];
  const summary = h("summary", {});
  const reasons = h("ul", { class: "import-reasons" });
  const rows = h("tbody", {});
  const more = h("p", { class: "import-note" });
  const copy = h(
    "button",
    {
      type: "button",
      class: "button",
      onclick: () =>
        copyText(leftOutFile(t, all)).then(
          () => (copy.textContent = t("import.copied")),
          () => (copy.textContent = t("import.copy_failed")),
        ),
    },
    t("import.copy"),
  );
  const saving = h(
    "button",
    { type: "button", class: "button", onclick: save },
    t("import.download"),
  );
  const names = ["row", "left_reason", "left_text"].map((key) =>
    h("th", { scope: "col" }, t(`import.${key}`)),
  );
  const table = h("table", { class: "import-table" }, h("thead", {}, h("tr", {}, ...names)), rows);
  const scroll = h(
    "div",
    { class: "import-scroll", role: "region", tabIndex: 0, "aria-label": t("import.left_list") },
    table,
  );
  const buttons = h("div", { class: "import-buttons" }, copy, saving);
  const element = h(
    "details",
    { class: "disclosure import-left" },
    summary,
    h("div", { class: "import-more" }, reasons, scroll, more, buttons),
  );

  function save() {
    // The mark lets spreadsheets know that it is UTF-8.
    const file = new Blob(["\ufeff", leftOutFile(t, all)], { type: "text/csv" });
    download(file, t("import.left_file"));
  }

  return {
    element,

    /**
     * @param {LeftOut[]} leftOut
     * @param {string} title
     */
    update(leftOut, title) {
      all = leftOut;
      element.hidden = leftOut.length === 0;
      summary.textContent = title;
      copy.textContent = t("import.copy");
      reasons.replaceChildren(
        ...countReasons(t, leftOut).map(({ reason, count }) =>
          h("li", {}, t("import.reason_count", { reason, count: formatCount(count) })),
        ),
      );
      rows.replaceChildren(
        ...leftOut
          .slice(0, SHOWN)
          .map((one) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, `${one.row}`),
              h("td", {}, describeLeftOut(t, one)),
              h("td", { class: "is-wrong" }, one.text),
            ),
          ),
      );
      const count = { shown: formatCount(SHOWN), rows: formatCount(leftOut.length) };
      more.textContent = leftOut.length > SHOWN ? t("import.left_more", count) : "";
    },
  };
}
