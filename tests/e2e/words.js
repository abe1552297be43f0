/**
 * Lists the words and controls of the page that nothing explains, by pointing at each where it is seen and
 * reading the tip that shows.
 *
 * @param {{root: string, skip: string[]}} options `root`: where to look; `skip`: where no word needs an
 *   explanation.
 * @returns {Promise<{pointed: number, silent: string[]}>}
 */
async ({ root, skip }) => {
  const tip = document.querySelector(".tooltip");
  const within = document.querySelector(root);
  const HOVER = 600;
  const NUMBER = /\d(\.\d+)?e[−+]?\d+/g;
  const SENTENCE = /[.?!…:]$/;

  /** @param {Element} element */
  const point = (element) =>
    element.dispatchEvent(
      new PointerEvent("pointerover", { bubbles: true, pointerType: "mouse", isPrimary: true }),
    );

  /** The element that is really under the pointer there, not one that it is hidden by. */
  function hit({ left, top, width, height }) {
    return document.elementFromPoint(left + width / 2, top + height / 2);
  }

  function words() {
    const walker = document.createTreeWalker(within, NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.textContent.trim();
      const parent = node.parentElement;
      if (!/\p{L}/u.test(text.replace(NUMBER, ""))) continue; // a number, a sign
      if (SENTENCE.test(text) && text.split(/\s+/).length > 3) continue;
      if (parent.closest(`script, noscript, option, .tooltip, ${skip.join(", ")}`)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      found.push({ name: text, label: text, parent, box: () => range.getBoundingClientRect() });
    }
    const controls = within.querySelectorAll("button, select, input, summary, label, a");
    for (const control of controls) {
      if (control.textContent.trim() && !control.matches("select")) continue; // a word, found above
      if (control.closest(skip.join(", "))) continue;
      const name = control.getAttribute("aria-label") ?? control.className;
      found.push({
        name: "",
        label: name,
        parent: control,
        box: () => control.getBoundingClientRect(),
      });
    }
    return found;
  }

  const seen = ({ parent, box }) => {
    const { width, height } = box();
    if (parent.closest(".visually-hidden") || !parent.isConnected) return false;
    if (width < 3 || height < 3) return false; // for screen readers alone
    return parent.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  };

  /** What shows when the pointer is at the middle of it; empty when nothing does. */
  function read(item) {
    item.parent.scrollIntoView({ block: "center", inline: "center" });
    const under = hit(item.box());
    if (!under) return "out of reach";
    point(document.body);
    point(under);
    return tip.matches(":popover-open") ? tip.textContent : "";
  }

  // The first tip of a visit takes its time, the next ones show at once.
  const warm = document.querySelector('[data-field="learning_rate"] .field-label');
  point(warm);
  await new Promise((done) => setTimeout(done, HOVER));

  const silent = [];
  const all = words().filter(seen);
  for (const item of all) {
    if (!seen(item)) continue; // it has been replaced meanwhile
    let shown = read(item);
    if (!shown) {
      point(warm);
      await new Promise((done) => setTimeout(done, HOVER));
      shown = read(item);
    }
    const says = shown.replace(item.name, "").trim();
    if (says.length < 12)
      silent.push(`${item.label} (${path(item.parent)})${shown && `: "${shown}"`}`);
  }
  point(document.body);
  return { pointed: all.length, silent };

  function path(element) {
    const names = [];
    for (let at = element; at && at !== document.body && names.length < 3; at = at.parentElement)
      names.unshift(
        at.tagName.toLowerCase() + [...at.classList].map((name) => `.${name}`).join(""),
      );
    return names.join(" > ");
  }
};
