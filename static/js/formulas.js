import { createLate } from "./late.js";
import { isSame } from "./schema.js";

/** @import {FeatureEvent} from "#protocol" */
/** @import {Commands} from "./commands.js" */
/** @import {Translate} from "./i18n.js" */
/** @import {Models} from "./models.js" */
/** @import {Component} from "./schema.js" */
/** @import {State} from "./state.js" */
/** @import {Store} from "./store.js" */

/**
 * Formulas among the features: their dialog, which is fetched when it is first opened, and what comes of it.
 *
 * @param {{t: Translate, store: Store<State>, commands: Commands, models: Models,
 *   onFailure: () => void}} options
 */
export function createFormulas({ t, store, commands, models, onFailure }) {
  const active = () => /** @type {Component[]} */ (store.value.spec.features);
  /** @param {Component[]} features */
  const use = (features) => commands.configure({ features });

  const dialog = createLate(async () => {
    const { createFormulaDialog } = await import("./late-parts.js");
    return createFormulaDialog({
      t,
      onTry: (text) => commands.tryFeature({ kind: "formula", text }),
      onAdd: (feature) => use([...active(), feature]),
      onReplace: (old, feature) => {
        models.forget(old);
        const isActive = active().some((one) => isSame(one, old));
        use(
          isActive
            ? active().map((one) => (isSame(one, old) ? feature : one))
            : [...active(), feature],
        );
      },
      onRemove: (old) => {
        models.forget(old);
        use(active().filter((one) => !isSame(one, old)));
      },
      functions: async () => {
        const response = await fetch(`api/catalog?lang=${document.documentElement.lang}`);
        /** @type {{components: {feature: {kind: string, functions?: Record<string, string>}[]}}} */
        const { components } = await response.json();
        return components.feature.find(({ kind }) => kind === "formula")?.functions ?? {};
      },
    });
  }, onFailure);

  return {
    /** @param {Component | null} feature The formula to change; without one, another is added. */
    open: (feature) => dialog.use((part) => part.open(feature)),
    /** @param {FeatureEvent} event */
    answer: (event) => dialog.now?.answer(event),
  };
}
