/** The colours: of values, and of classes. */

import { h } from "../dom.js";
import { createColorScale } from "../views/color-scale.js";
import { createFigure } from "./figure.js";

/** @import {Translate} from "../i18n.js" */

const CLASSES = 4;

/** @param {{t: Translate}} options */
export function createColorsFigure({ t }) {
  const boxes = [h("div"), h("div")];
  const [values, classes] = boxes.map((box) => createColorScale(box, { t }));
  const names = Array.from({ length: CLASSES }, (_, k) =>
    t("output.class_label", { number: k + 1 }),
  );
  return createFigure("colors", t("article.sections.colours.caption"), {
    body: [h("div", { class: "figure-scales" }, ...boxes)],
    start() {
      values.update({ low: -1, high: 1, labels: [], discretize: false });
      classes.update({ low: 0, high: 1, labels: names, discretize: false });
    },
    theme: () => classes.theme(),
  });
}
