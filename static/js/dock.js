/**
 * The dock below the network: which panel is open, and what the server therefore measures. What is not
 * seen is not measured.
 *
 * @import {DiagnosticEvent} from "#protocol"
 * @import {Translate} from "./i18n.js"
 * @import {Panel, PanelModel, PanelOptions} from "./panels.js"
 * @import {Frame} from "./protocol.js"
 * @import {Catalog} from "./schema.js"
 */

import { h } from "./dom.js";
import { magnification } from "./magnification.js";
import { recall, remember } from "./memory.js";
import { PANELS } from "./panels.js";
import { createDockTabs } from "./views/dock-tabs.js";
import { createSheet } from "./sheet.js";
import { matches } from "./watches.js";

const KEY = "dock";
/** A window lower than this has no room for the dock unless its user wants it. */
const ROOMY = 900;

/**
 * @param {HTMLElement} element
 * @param {{t: Translate, catalog: Catalog, network: HTMLElement, send: PanelOptions["send"],
 *   border: PanelOptions["border"], watch: (diagnostics: object[]) => void}} options `network` holds the
 *   drawing above.
 */
export function createDock(element, { t, catalog, network, send, border, watch }) {
  const stored = recall(KEY);
  // Asked as a media query: the height itself would lay out what there is of the page.
  let open = stored.open ?? matchMedia(`(height >= ${ROOMY}px)`).matches;
  /** A link may hide all of it. */
  let shown = true;
  let chosen = PANELS.find(({ id }) => id === stored.panel) ?? PANELS[0];
  /** @type {Panel | null} */
  let panel = null;
  /** @type {PanelModel | null} */
  let model = null;
  let watched = "[]";
  let loading = "";

  const tabs = createDockTabs(element, {
    t,
    tabs: PANELS.map(({ id, title = `panels.${id}.title` }) => ({
      id,
      title: t(title),
      tip: t(`panels.tips.${id}`),
    })),
    onSelect: select,
    onToggle: () => {
      open = !open;
      show();
    },
  });

  tabs.update({ open, selected: chosen.id }); // so that the drawing above it has the room that it will have
  createSheet(element, tabs.head, () => {
    open = false;
    show();
  });

  const resized = new ResizeObserver(() => panel?.resize?.());
  resized.observe(tabs.body);

  /** @param {string} id */
  function select(id) {
    const next = PANELS.find((entry) => entry.id === id) ?? chosen;
    if (next === chosen && open) return;
    if (next !== chosen) close();
    [chosen, open] = [next, true];
    show();
  }

  function show() {
    remember(KEY, { open, panel: chosen.id });
    tabs.update({ open, selected: chosen.id });
    if (!open || !shown) close();
    else if (!panel && model) load();
    ask();
  }

  /** Fetches the chosen panel and creates it, unless another is chosen by then. */
  async function load() {
    const { id } = chosen;
    if (loading === id) return;
    loading = id;
    try {
      const create = await chosen.load(t);
      if (loading !== id || chosen.id !== id || !open || !shown || panel || !model) return;
      panel = create(tabs.body, { t, catalog, send, border, changed: ask, columns });
    } catch (error) {
      console.error(error);
      tabs.body.replaceChildren(
        h(
          "p",
          { class: "panel-caption panel-failed", role: "alert" },
          t("panels.failed"),
          h(
            "button",
            { type: "button", class: "button", onclick: () => location.reload() },
            t("panels.reload"),
          ),
        ),
      );
      return;
    } finally {
      if (loading === id) loading = "";
    }
    panel.experiment?.(model);
    panel.resize?.();
    ask();
  }

  function close() {
    panel?.destroy();
    panel = null;
    tabs.body.replaceChildren();
    border(null);
  }

  /** Tells the server what to measure, when that is something else than before. */
  function ask() {
    const wanted = panel?.wants() ?? [];
    const text = JSON.stringify(wanted);
    if (text === watched) return;
    watched = text;
    watch(wanted);
  }

  const columns = () =>
    [...network.querySelectorAll(".network-heading")].map((heading) => {
      const { left, width } = heading.getBoundingClientRect();
      return left + width / 2;
    });

  return {
    /** A new connection watches nothing. */
    connected() {
      watched = "[]";
      ask();
    },

    /** @param {PanelModel} next */
    experiment(next) {
      model = next;
      const wasShown = shown;
      shown = !next.experiment.view.hidden.includes("dock");
      element.hidden = !shown;
      if (shown !== wasShown) show();
      else if (panel) panel.experiment?.(next);
      else show();
      ask();
    },

    /** @param {DiagnosticEvent} event */
    diagnostic(event) {
      if (!panel || event.run !== model?.experiment.run) return;
      if (panel.wants().some((wanted) => matches(wanted, event.diagnostic))) panel.update?.(event);
    },

    /** Opens a panel. */
    select,

    /** Closes the dock where the network needs the room, until its user wants it again. */
    makeRoom() {
      if (innerHeight / magnification() >= ROOMY || !open) return;
      open = false;
      show();
    },

    frame: (/** @type {Frame} */ frame) => panel?.frame?.(frame),
    theme: () => panel?.theme?.(),
    resize: () => panel?.resize?.(),
  };
}
