import { createToggle } from "../widgets.js";

/** @import {View} from "#protocol" */
/** @import {Translate} from "../i18n.js" */

/** What the map can show, with the name under which a link may hide the choice. */
const OPTIONS = /** @type {const} */ ([
  { name: "show_test_data", hides: "showTestData" },
  { name: "discretize", hides: "discretize" },
  { name: "contours", hides: "contours" },
]);

/**
 * The check boxes under the map.
 *
 * @param {HTMLElement} element
 * @param {{t: Translate, onChange: (view: Partial<View>) => void}} options
 * @returns {{update: (view: View, hidden: Set<string>) => void}}
 */
export function createMapOptions(element, { t, onChange }) {
  const boxes = OPTIONS.map(({ name, hides }) => ({
    name,
    hides,
    ...createToggle({
      label: t(`output.${name}`),
      short: t.has(`short.${name}`) ? t(`short.${name}`) : undefined,
      name,
      help: t(`tip.${name}`),
      onChange: (checked) => onChange({ [name]: checked }),
    }),
  }));
  element.append(...boxes.map((box) => box.element));
  return {
    update(view, hidden) {
      for (const box of boxes) {
        box.update(view[box.name]);
        box.element.hidden = hidden.has(box.hides);
      }
    },
  };
}
