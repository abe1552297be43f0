/** Which columns are the inputs and which is to be predicted, and as what. */

import { h } from "../dom.js";
import { formatCount } from "../format.js";
import { createSegments, createSelect, createToggle } from "../widgets.js";

/** @import {Translate} from "../i18n.js" */
/** @import {Overview} from "../import/reader.js" */
/** @import {Choice, Selection} from "../import/selection.js" */

const ROLES = /** @type {const} */ (["x1", "x2", "target"]);

/** @param {{t: Translate, onChange: (changes: Partial<Choice>) => void}} options */
export function createColumnChoice({ t, onChange }) {
  const selects = ROLES.map((role) =>
    createSelect({
      label: t(`import.roles.${role}`),
      // What the target was said to be does not hold for another one.
      onChange: (value) =>
        onChange(role === "target" ? { target: value, as: null, others: null } : { [role]: value }),
    }),
  );
  const as = createAs(t, onChange);
  const others = createToggle({
    label: t("import.others"),
    onChange: (checked) => onChange({ others: checked ? t("import.others_name") : null }),
  });
  const classes = h("ul", { class: "import-classes", "aria-label": t("import.classes") });
  const element = h(
    "div",
    { class: "import-columns" },
    ...selects.map((select) => select.element),
    as.element,
    others.element,
  );

  return {
    element,
    classes,
    focus: () => selects[0].select.focus(),

    /**
     * @param {Overview} overview
     * @param {Choice} choice
     * @param {Selection | null} selection
     */
    update({ columns }, choice, selection) {
      const options = columns.map(({ name, kind }, i) => ({
        value: i,
        label: t("import.column", { name, kind: t(`import.kinds.${kind}`) }),
        help: "",
      }));
      selects.forEach((select, i) => select.update({ options, value: choice[ROLES[i]] }));
      as.update(selection);
      const many = selection?.refusal?.code === "classes_many";
      others.element.hidden = choice.others === null && !many;
      others.update(choice.others !== null);
      classes.replaceChildren(...chips(selection));
    },
  };

  /** @param {Selection | null} selection */
  function chips(selection) {
    if (!selection || selection.refusal || selection.as === "numbers") return [];
    const two = selection.classes.length === 2;
    return selection.classes.map(({ name, count }, k) => {
      const swatch = h("span", { class: "import-swatch" });
      const color = two ? ["--negative", "--positive"][k] : `--class-${k}`;
      swatch.style.setProperty("--swatch", `var(${color})`);
      return h("li", {}, swatch, t("import.class", { name, count: formatCount(count) }));
    });
  }
}

/**
 * @param {Translate} t
 * @param {(changes: Partial<Choice>) => void} onChange
 */
function createAs(t, onChange) {
  const box = h("div", { class: "field" });
  /** @type {Selection["as"] | null} */
  let shown = null;
  return {
    element: box,
    /** @param {Selection | null} selection */
    update(selection) {
      box.hidden = !selection?.choosable;
      if (!selection || selection.as === shown) return;
      shown = selection.as;
      const focused = box.contains(document.activeElement);
      const segments = createSegments({
        label: t("import.as"),
        options: [
          { value: "classes", text: t("import.as_classes"), tip: t("import.tip_classes") },
          { value: "numbers", text: t("import.as_numbers"), tip: t("import.tip_numbers") },
        ],
        value: shown,
        onChange: (value) => onChange({ as: /** @type {Choice["as"]} */ (value), others: null }),
      });
      const label = h("p", { class: "field-label", "aria-hidden": "true" }, t("import.as"));
      box.replaceChildren(label, segments.element);
      const pressed = box.querySelector('[aria-pressed="true"]');
      if (focused && pressed instanceof HTMLElement) pressed.focus();
    },
  };
}
