/**
 * The dialog that gives the experiment away: as a link, as a code for phones, and as a frame for other
 * pages, each with the controls hidden that a lesson does not need.
 *
 * @import {Translate} from "../i18n.js"
 * @import {Entry} from "../schema.js"
 *
 * @typedef {object} Shared
 * @property {string} hash
 * @property {readonly string[]} hidden
 * @property {boolean} hideText
 */

import css from "../../css/late/share.css";
import texts from "../../i18n/en.share.json" with { type: "json" };
import { copyText } from "../clipboard.js";
import { h, icon, setText, uniqueId } from "../dom.js";
import { formatCount } from "../format.js";
import { addStyles } from "../late.js";
import { hidingLink } from "../state.js";
import { createSegments } from "../widgets.js";
import { createDialog } from "./dialog.js";
import { embedSnippet, fitsQr, isLong, SIZES, whoEmbeds } from "./embed.js";
import { createHideBoxes } from "./share-hide.js";
import { createQr } from "./share-qr.js";

addStyles(css);

const CONFIRMED_MS = 1800;

/**
 * @param {{t: Translate, features: Entry[], ancestors: string}} options `ancestors`: who may embed the page,
 *   as the server's policy has it.
 */
export function createShareDialog({ t, features, ancestors }) {
  t.add(texts);

  /** @type {Shared} */
  let shared = { hash: "", hidden: [], hideText: false };
  let url = "";

  const linkId = uniqueId("share-link");
  const link = h("input", {
    class: "input share-link",
    id: linkId,
    readOnly: true,
    onfocus: () => link.select(),
  });
  const length = h("p", { class: "share-note" });
  const qr = h("div", { class: "share-qr" });
  const enlarge = h("button", {
    type: "button",
    class: "button share-enlarge",
    "aria-pressed": "false",
    onclick: () => setLarge(!body.classList.contains("is-large")),
  });
  const snippetId = uniqueId("share-embed");
  const snippet = h("textarea", {
    class: "input share-snippet",
    id: snippetId,
    readOnly: true,
    rows: 4,
    spellcheck: false,
    onfocus: () => snippet.select(),
  });
  const size = createSegments({
    label: t("share.size"),
    options: Object.entries(SIZES).map(([value, { width, height }]) => ({
      value,
      text: t(`share.sizes.${value}`),
      tip: t("share.size_is", { width, height }),
    })),
    value: "large",
    onChange: show,
  });
  const hide = createHideBoxes({ t, features, onChange: show });
  const count = h("span", { class: "share-count" });
  const who = whoEmbeds(ancestors);
  const failed = h("p", { class: "share-failed", role: "alert" });

  const native = h(
    "button",
    { type: "button", class: "button", onclick: shareNatively },
    t("share.native"),
  );
  native.hidden = typeof navigator.share !== "function";

  const body = h(
    "div",
    { class: "dialog-body share-body", tabIndex: -1 },
    h(
      "section",
      { class: "share-section share-as-link" },
      h(
        "div",
        { class: "share-words" },
        h("label", { class: "share-heading", for: linkId }, t("share.link")),
        h("p", { class: "share-note" }, t("share.link_holds")),
        link,
        h(
          "div",
          { class: "share-buttons" },
          copyButton(t("share.copy_link"), link, "button-primary"),
          native,
        ),
        length,
        failed,
      ),
      h("div", { class: "share-code" }, qr, enlarge),
    ),
    h(
      "details",
      { class: "disclosure share-section share-hide" },
      h("summary", {}, t("share.choose"), count),
      h("p", { class: "share-note" }, t("share.choose_why")),
      ...hide.elements,
    ),
    h(
      "section",
      { class: "share-section" },
      h("label", { class: "share-heading", for: snippetId }, t("share.embed")),
      h("p", { class: "share-note" }, t(`share.embeddable.${who}`, { ancestors })),
      who !== "none" &&
        h(
          "div",
          { class: "share-embed" },
          size.element,
          snippet,
          copyButton(t("share.copy_embed"), snippet),
        ),
    ),
  );
  const dialog = createDialog({ t, name: "share-dialog", content: body });

  /**
   * @param {string} text
   * @param {HTMLInputElement | HTMLTextAreaElement} source
   * @param {string} [look]
   */
  function copyButton(text, source, look = "") {
    const mark = icon("link");
    const words = h("span", { "aria-live": "polite" }, text);
    /** @type {ReturnType<typeof setTimeout>} */
    let timer;
    const onclick = async () => {
      clearTimeout(timer);
      failed.textContent = "";
      try {
        await copyText(source.value);
        setText(words, t("share.copied"));
        timer = setTimeout(() => setText(words, text), CONFIRMED_MS);
      } catch (error) {
        console.warn(error);
        failed.textContent = t("share.copy_failed");
        source.focus();
      }
    };
    return h("button", { type: "button", class: `button ${look}`, onclick }, mark, words);
  }

  async function shareNatively() {
    try {
      await navigator.share({ title: document.title, url });
    } catch (error) {
      // Whoever closes the sheet has changed their mind.
      if (/** @type {Error} */ (error).name !== "AbortError") failed.textContent = `${error}`;
    }
  }

  /** @param {boolean} large */
  function setLarge(large) {
    body.classList.toggle("is-large", large);
    enlarge.setAttribute("aria-pressed", String(large));
    setText(enlarge, t(large ? "share.smaller" : "share.larger"));
  }

  function show() {
    const address = new URL(location.href);
    address.hash = hidingLink(shared.hash, hide.hidden, hide.text);
    url = address.href;
    link.value = url;
    snippet.value = embedSnippet(url, SIZES[size.value], t("page.name"));
    const characters = formatCount(url.length);
    setText(length, isLong(url) ? t("share.long", { count: characters }) : "");
    const fits = fitsQr(url);
    qr.replaceChildren(
      fits
        ? createQr(url, t("share.qr"))
        : h("p", { class: "share-note" }, t("share.qr_long", { count: characters })),
    );
    qr.classList.toggle("is-code", fits);
    enlarge.hidden = !fits;
    if (!fits) setLarge(false);
    setText(count, hide.count > 0 ? t("share.hidden", { count: hide.count }) : "");
  }

  return {
    /** @param {Shared} next */
    open(next) {
      shared = next;
      hide.set(next.hidden, next.hideText);
      failed.textContent = "";
      setLarge(false);
      show();
      dialog.open(t("share.title"));
      body.scrollTop = 0;
    },
  };
}
