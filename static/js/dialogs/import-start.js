/**
 * Where a table comes from: a file, a text that is pasted, or one of the examples.
 *
 * @import {Translate} from "../i18n.js"
 *
 * @typedef {object} Example of the list that the build makes (scripts/examples.mjs)
 * @property {string} id
 * @property {string} title
 * @property {string} file
 * @property {string} x1 names of columns
 * @property {string} x2
 * @property {string} target
 * @property {string} source
 *
 * @typedef {object} StartOptions
 * @property {Translate} t
 * @property {(file: File) => void} onFile
 * @property {(text: string) => void} onText
 * @property {(example: Example) => void} onExample
 */

import { h, icon, uniqueId } from "../dom.js";

export const EXAMPLES = "static/examples/";

/**
 * What an example is called on the page. One without a text of its own has the title of the list.
 *
 * @param {Translate} t
 * @param {Example} example
 */
export function titleOf(t, { id, title }) {
  const key = `import.titles.${id}`;
  return t.has(key) ? t(key) : title;
}

/** @param {StartOptions} options */
export function createStart({ t, onFile, onText, onExample }) {
  const input = h("input", {
    type: "file",
    hidden: true,
    accept: ".csv,.tsv,.tab,.txt,.dat,text/csv,text/tab-separated-values,text/plain",
    onchange: () => {
      const file = input.files?.[0];
      input.value = ""; // the same file again is a change as well
      if (file) onFile(file);
    },
  });
  const choose = h(
    "button",
    { type: "button", class: "button button-primary", onclick: () => input.click() },
    t("import.file"),
  );
  const textId = uniqueId("pasted");
  const text = h("textarea", {
    class: "input import-text",
    id: textId,
    rows: 4,
    spellcheck: false,
    autocomplete: "off",
    placeholder: t("import.paste_hint"),
    oninput: (/** @type {Event} */ event) => {
      take.disabled = text.value.trim() === "";
      const { inputType } = /** @type {InputEvent} */ (event);
      if (inputType === "insertFromPaste" && text.value.includes("\n")) onText(text.value);
    },
  });
  const take = h(
    "button",
    { type: "button", class: "button", disabled: true, onclick: () => onText(text.value) },
    t("import.read_pasted"),
  );
  const examples = h("ul", { class: "import-examples", "aria-label": t("import.examples") });
  const element = h(
    "div",
    { class: "import-start" },
    h("div", { class: "import-drop" }, icon("upload"), h("p", {}, t("import.drop")), choose, input),
    h("p", { class: "import-note" }, t("import.limits")),
    h(
      "div",
      { class: "import-ways" },
      h(
        "div",
        { class: "import-way" },
        h("label", { class: "import-heading", for: textId }, t("import.paste")),
        text,
        take,
      ),
      h(
        "div",
        { class: "import-way" },
        h("p", { class: "import-heading", "aria-hidden": "true" }, t("import.examples")),
        examples,
      ),
    ),
  );

  async function listExamples() {
    const response = await fetch(`${EXAMPLES}index.json`);
    if (!response.ok) throw new Error(`Got ${response.status} for the examples.`);
    /** @type {Example[]} */
    const list = await response.json();
    examples.replaceChildren(
      ...list.map((example) =>
        h(
          "li",
          {},
          h(
            "button",
            { type: "button", class: "import-example", onclick: () => onExample(example) },
            h("span", { class: "import-example-title" }, titleOf(t, example)),
            h("span", { class: "import-example-source" }, example.source),
          ),
        ),
      ),
    );
  }
  let listed = false;

  return {
    element,
    focus: () => choose.focus(),
    /** Fetches the list of examples, if it is not there. */
    async open() {
      if (listed) return;
      listed = true;
      try {
        await listExamples();
      } catch (error) {
        console.error(error);
        listed = false;
        examples.replaceChildren(h("li", { class: "import-note" }, t("import.examples_failed")));
      }
    },
  };
}
