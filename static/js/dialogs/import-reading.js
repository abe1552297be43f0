/** How a file was read, and how it should be. */

import { h } from "../dom.js";
import { formatCount } from "../format.js";
import { ENCODINGS } from "../import/encodings.js";
import { createSelect, createToggle } from "../widgets.js";

/** @import {Translate} from "../i18n.js" */
/** @import {Given, Overview} from "../import/reader.js" */

const DELIMITERS = [",", ";", "\t", "|", " "];

/** @type {Record<string, string>} */
const DELIMITER_NAMES = {
  ",": "comma",
  ", ": "comma_space",
  ";": "semicolon",
  "\t": "tab",
  "|": "pipe",
  " ": "space",
};
const DECIMALS = /** @type {const} */ ({ ".": "point", ",": "comma" });

/** @param {{t: Translate, onChange: (given: Given) => void}} options */
export function createReadingForm({ t, onChange }) {
  /** @param {"encoding" | "delimiter" | "decimal"} name */
  const select = (name) =>
    createSelect({
      label: t(`import.${name}`),
      onChange: (value) => onChange({ [name]: value }),
    });
  const encoding = select("encoding");
  const delimiter = select("delimiter");
  const decimal = select("decimal");
  const header = createToggle({
    label: t("import.header"),
    onChange: (checked) => onChange({ header: checked }),
  });
  const quotes = createToggle({
    label: t("import.quotes"),
    onChange: (checked) => onChange({ quotes: checked }),
  });
  const says = h("p", { class: "import-note" });
  const fields = [encoding, delimiter, decimal].map((field) => field.element);
  const element = h(
    "details",
    { class: "disclosure import-reading" },
    h("summary", {}, t("import.how")),
    h(
      "div",
      { class: "import-more" },
      h("div", { class: "import-fields" }, ...fields),
      h("div", { class: "import-boxes" }, header.element, quotes.element),
      says,
    ),
  );
  const delimiterName = (/** @type {string} */ value) =>
    DELIMITER_NAMES[value] ? t(`import.delimiters.${DELIMITER_NAMES[value]}`) : value;

  return {
    element,
    open: () => (element.open = true),

    /**
     * @param {Overview} overview
     * @param {boolean} isText It was pasted, and so has no encoding.
     */
    update(overview, isText) {
      const encodings = ENCODINGS.map((value) => ({
        value,
        label: t(`import.encodings.${value}`),
        help: "",
      }));
      encoding.update({ options: encodings, value: overview.encoding });
      encoding.element.hidden = isText;
      const known = DELIMITERS.includes(overview.delimiter);
      const values = known ? DELIMITERS : [...DELIMITERS, overview.delimiter];
      const delimiters = values.map((value) => ({ value, label: delimiterName(value), help: "" }));
      delimiter.update({ options: delimiters, value: overview.delimiter });
      const decimals = Object.entries(DECIMALS).map(([value, name]) => ({
        value,
        label: t(`import.decimals.${name}`),
        help: "",
      }));
      decimal.update({ options: decimals, value: overview.decimal });
      header.update(overview.header);
      quotes.update(overview.quotes);
      const { blank, preamble } = overview;
      says.textContent = [
        preamble && t("import.preamble", { count: formatCount(preamble) }),
        blank && t("import.blank", { count: formatCount(blank) }),
      ]
        .filter(Boolean)
        .join(" ");
    },

    /** In one line. @param {Overview} overview @param {boolean} isText */
    describe(overview, isText) {
      const text = t("import.read_as", {
        encoding: t(`import.encodings.${overview.encoding}`),
        delimiter: delimiterName(overview.delimiter).toLowerCase(),
        decimal: t(`import.decimals.${DECIMALS[overview.decimal]}`).split(":")[0].toLowerCase(),
      });
      return isText ? text.replace(/^[^,]*, /, "") : text;
    },
  };
}
