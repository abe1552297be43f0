// The rule of ESLint that finds texts in the code, on what it must find and what it must not.

import { RuleTester } from "eslint";
import { describe, it } from "node:test";
import { noUntranslated } from "../../scripts/no-untranslated.mjs";

RuleTester.describe = describe;
RuleTester.it = it;

/** @param {string} code */
const wrong = (code) => ({ code, errors: [{ messageId: "text" }] });

new RuleTester().run("no-untranslated", noUntranslated, {
  valid: [
    't("a.b")',
    'element.textContent = t("transport.play")',
    'element.textContent = "\u2013"',
    'h("span", { class: "field-label" }, t("a.b"))',
    'h("button", { type: "button", "aria-label": t("page.close") }, icon("close"))',
    "setText(output, `${formatCount(4)} \u00d7`)",
    'element.setAttribute("aria-live", "polite")',
    'const panel = { title: "insights.output.title" }',
    "element.innerHTML = `<sub>${n}</sub>`",
    'name === "label"',
  ],
  invalid: [
    wrong('element.textContent = "Play"'),
    wrong('element.title = on ? "Pause" : t("a.b")'),
    wrong('h("span", {}, "Play")'),
    wrong('h("span", { "aria-label": "Close" })'),
    wrong('h("span", {}, ok && "Done")'),
    wrong("setText(output, `${count} layers`)"),
    wrong('setTip(button, "Opens" + name)'),
    wrong('button.setAttribute("aria-label", "Close")'),
    wrong('input.placeholder = "a number"'),
    wrong('createInput({ label: "Epoch" })'),
    wrong('element.append("Nothing yet")'),
    wrong('context.fillText("Epoch", 0, 0)'),
    wrong('createSlider({ format: 1, text: () => "fast" })'),
  ],
});
