/**
 * The cards at the ends of the side columns: panels like those of the dock, that can be folded away. What
 * is folded is not measured.
 *
 * @import {DiagnosticEvent} from "#protocol"
 * @import {CardEntry, DiagnosticRequest, Panel, PanelModel, PanelOptions} from "./panels.js"
 */

import { h, icon, setTip, uniqueId } from "./dom.js";
import { recall, remember } from "./memory.js";
import { CARDS } from "./panels.js";
import { matches } from "./watches.js";

const KEY = "cards";
const NARROW = "(width <= 860px)";

/**
 * @param {Record<CardEntry["place"], HTMLElement>} places
 * @param {Pick<PanelOptions, "t" | "catalog" | "send"> &
 *   {watch: (requests: DiagnosticRequest[]) => void}} options
 */
export function createSideCards(places, { t, catalog, send, watch }) {
  const folded = recall(KEY);
  /** @type {PanelModel | null} */
  let model = null;

  const ask = () => watch(cards.flatMap(({ panel }) => panel?.wants() ?? []));

  const usual = { problem: catalog.fields.problem.default };
  const cards = CARDS.map((entry) => {
    const title = t(entry.title);
    const id = uniqueId("card");
    const body = h("div", { class: "card-body", id });
    const head = h("div", { class: "card-controls" });
    const count = h("span", { class: "card-count", hidden: true });
    const toggle = h(
      "button",
      {
        type: "button",
        class: "card-toggle",
        "aria-controls": id,
        onclick: () => {
          card.open = !card.open;
          folded[entry.id] = !card.open;
          remember(KEY, folded);
          show(card);
          ask();
        },
      },
      title,
      count,
      icon("chevron"),
    );
    setTip(toggle, t(`panels.tips.${entry.id}`));
    const element = h(
      "section",
      {
        class: `side-card card-${entry.id}`,
        "aria-label": title,
        hidden: entry.offered?.(usual) === false, // its place is kept until the experiment is there
      },
      h("div", { class: "card-head" }, h("h2", { class: "panel-title" }, toggle), head),
      body,
    );
    places[entry.place].append(element);
    const card = {
      entry,
      element,
      body,
      head,
      toggle,
      count,
      open: !(folded[entry.id] ?? matchMedia(NARROW).matches),
      panel: /** @type {Panel | null} */ (null),
    };
    return card;
  });

  /** @param {typeof cards[number]} card */
  function show(card) {
    const { entry, element, body, head, toggle, count, open } = card;
    if (!model) return;
    const isHidden = model.experiment.view.hidden.includes("cards");
    const offered = !isHidden && (entry.offered?.(model.spec) ?? true);
    element.hidden = !offered;
    toggle.setAttribute("aria-expanded", String(open));
    body.hidden = !open;
    if (!open || !offered) {
      card.panel?.destroy();
      card.panel = null;
      body.replaceChildren();
      head.replaceChildren();
      count.hidden = true;
      return;
    }
    card.panel ??= entry.create(body, {
      t,
      catalog,
      send,
      changed: ask,
      columns: () => [],
      border: () => {},
      head,
      count(number) {
        count.hidden = number < 2;
        count.textContent = `${number}`;
      },
    });
    card.panel.experiment?.(model);
  }

  return {
    /** @param {PanelModel} next */
    experiment(next) {
      model = next;
      for (const card of cards) show(card);
      ask();
    },

    /** @param {DiagnosticEvent} event */
    diagnostic(event) {
      if (event.run !== model?.experiment.run) return;
      for (const { panel } of cards) {
        const isWanted = panel?.wants().some((wanted) => matches(wanted, event.diagnostic));
        if (isWanted) panel?.update?.(event);
      }
    },

    theme() {
      for (const { panel } of cards) panel?.theme?.();
    },
  };
}
