import { createSteadyList, describeChanges } from "../advice.js";
import { h, setText } from "../dom.js";
import { asSentence } from "../format.js";

/** @import {CardOptions, Panel} from "../panels.js" */
/** @import {Advice} from "../advice.js" */

const PATIENCE = 1200;
const DONE_MS = 10_000;
/** After these the weights must start again, or the change would come too late. */
const STARTS_AGAIN = new Set(["diverged", "dead_units_rate"]);

/**
 * What the rules of thumb and the live numbers say about this configuration, each with a change to try.
 *
 * @param {HTMLElement} element
 * @param {CardOptions} options
 * @returns {Panel}
 */
export function createAdvisorPanel(element, { t, catalog, send, count }) {
  const say = (/** @type {string} */ key, values = {}) => t(`insights.advisor.${key}`, values);
  /** @type {ReturnType<typeof createSteadyList<Advice>>} */
  const steady = createSteadyList(PATIENCE);
  /** @type {Map<string, ReturnType<typeof createItem>>} */
  const items = new Map();
  /** @type {Record<string, any>} */
  let spec = {};
  let run = -1;
  let measured = false;
  let announced = "";

  const list = h("ul", { class: "advice-list" });
  const quiet = h("p", { class: "advice-quiet" }, say("waiting"));
  const status = h("p", { class: "visually-hidden", role: "status" });
  const doneText = h("span");
  const done = h(
    "div",
    { class: "advice-done", hidden: true },
    doneText,
    h(
      "button",
      {
        type: "button",
        class: "advice-undo",
        onclick: () => {
          done.hidden = true;
          send({ type: "undo" });
        },
      },
      t("transport.undo"),
    ),
  );
  element.append(list, quiet, done, status);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {Advice} advice */
  function apply({ code, changes }) {
    const label = describeChanges(changes, { spec, catalog, t });
    if (STARTS_AGAIN.has(code)) send({ type: "reset" });
    send({ type: "configure", changes, view: {} });
    setText(doneText, say("done", { change: label }));
    done.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(() => (done.hidden = true), DONE_MS);
  }

  /** @param {Advice} first */
  function createItem(first) {
    let advice = first;
    const title = h("strong");
    const why = h("p", { class: "advice-why" });
    const button = h("button", {
      type: "button",
      class: "button advice-button",
      onclick: () => apply(advice),
    });
    const details = h(
      "details",
      { class: `advice is-${first.severity}` },
      h("summary", {}, title),
      button,
      why,
    );
    return {
      element: h("li", {}, details),
      details,
      show(/** @type {Advice} */ next) {
        advice = next;
        details.className = `advice is-${next.severity}`;
        setText(title, asSentence(text(next, "text")));
        setText(why, text(next, "why"));
        const label = describeChanges(next.changes, { spec, catalog, t });
        button.hidden = !label;
        const again = STARTS_AGAIN.has(next.code);
        setText(button, label && again ? say("again", { change: label }) : label);
      },
    };
  }

  /** In the language of the page where it has the words, otherwise as the server says it. */
  const text = (
    /** @type {Advice} */ { code, values, ...advice },
    /** @type {"text" | "why"} */ part,
  ) => {
    const key = `advice.${code}.${part}`;
    return t.has(key) ? t(key, values) : advice[part];
  };

  /** @param {Advice[]} now */
  function show(now) {
    const codes = new Set(now.map(({ code }) => code));
    for (const [code, item] of items) {
      if (codes.has(code)) continue;
      item.element.remove();
      items.delete(code);
    }
    now.forEach((advice, index) => {
      let item = items.get(advice.code);
      if (!item) {
        item = createItem(advice);
        item.details.open = index === 0;
        items.set(advice.code, item);
      }
      item.show(advice);
      if (list.children[index] !== item.element) {
        list.insertBefore(item.element, list.children[index] ?? null);
      }
    });
    if (now.length === 1)
      /** @type {HTMLDetailsElement} */ (list.querySelector("details")).open ||= !announced;
    list.hidden = now.length === 0;
    quiet.hidden = now.length > 0;
    setText(quiet, say(measured ? "nothing" : "waiting"));
    count(now.length);
    const key = [...codes].join();
    if (key !== announced) {
      announced = key;
      setText(status, now.map((advice) => asSentence(text(advice, "text"))).join(" "));
    }
  }

  return {
    wants: () => [{ kind: "advice" }],

    experiment(model) {
      spec = model.spec;
      if (model.experiment.run === run) return;
      run = model.experiment.run;
      steady.clear();
    },

    update(event) {
      measured = true;
      const { advice } = /** @type {{advice: Advice[]}} */ (/** @type {unknown} */ (event.data));
      show(steady.update(advice, performance.now()));
    },

    destroy() {
      clearTimeout(timer);
      element.replaceChildren();
    },
  };
}
