/**
 * The data points by keyboard, one after the other: where each is, and what it is in words.
 *
 * @import {Translate} from "../i18n.js"
 * @import {MapModel} from "./map-model.js"
 */

import texts from "../../i18n/en.walk.json" with { type: "json" };
import { classNames, dataValue } from "../axes.js";
import { maskClasses } from "../color.js";
import { formatCount, formatWeight } from "../format.js";
import { labelKind } from "./map-model.js";

/** @param {{t: Translate, model: () => MapModel | null}} options */
export function createPointWalk({ t, model }) {
  t.add(texts);
  let now = -1;
  /** @type {MapModel["points"]} */
  let walked = null;

  /** @param {number} label @param {MapModel} of */
  function labelText(label, { problem, dataset, classLabels }) {
    const kind = labelKind(problem);
    const name = (/** @type {number} */ k) => classLabels[k] ?? `${k + 1}`;
    if (kind === "numbers") {
      const value = formatWeight(dataValue(dataset, "target", label), 3);
      return t("walk.target", { value });
    }
    if (kind === "signs") {
      return t("walk.classes", { name: classNames(dataset, ["−1", "1"])[label > 0 ? 1 : 0] });
    }
    if (kind === "classes") return name(label);
    return maskClasses(label).map(name).join(", ") || t("walk.none");
  }

  return {
    /**
     * @param {1 | -1} step
     * @returns {{x1: number, x2: number, text: string} | null} the next point; null when there is none
     */
    next(step) {
      const known = model();
      if (!known?.points) return null;
      const { points, showTestData } = known;
      if (points !== walked) [walked, now] = [points, -1];
      const { train, test } = points;
      const first = train.x1.length;
      const count = first + (showTestData ? test.x1.length : 0);
      if (!count) return null;
      now = now < 0 && step < 0 ? count - 1 : (now + step + count) % count;
      const isTest = now >= first;
      const [samples, at] = isTest ? [test, now - first] : [train, now];
      const text = [
        t("walk.point", {
          number: formatCount(now + 1),
          count: formatCount(count),
          set: t(isTest ? "walk.test" : "walk.training"),
        }),
        labelText(samples.label[at], known),
      ].join(", ");
      return { x1: samples.x1[at], x2: samples.x2[at], text };
    },
  };
}
