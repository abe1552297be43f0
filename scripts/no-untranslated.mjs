// An ESLint rule: what a user reads comes from the texts of a language, never from the code.

/** @import {Rule} from "eslint" */
/** @import {Node} from "estree" */

/** Attributes and properties of elements, and fields of what views are given, that are read or spoken. */
const READ = new Set([
  ...["textContent", "innerText", "innerHTML", "title", "alt", "placeholder", "ariaLabel"],
  ...["aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "data-tip"],
  ...["label", "text", "tip", "help", "caption", "message", "description"],
]);
/** Functions that write a text, and at which place they take it. */
const WRITES = new Map([
  ["setText", 1],
  ["setTip", 1],
  ["fillText", 0],
  ["strokeText", 0],
  ["createTextNode", 0],
  ["alert", 0],
  ["confirm", 0],
]);
const WORD = /\p{L}{2,}/u;
/** A path of a text, not the text. */
const KEY = /^[a-z_]+(\.\w+)+$/;
const MARKUP = /<[^>]*>|&\w+;/g;

/** @type {Rule.RuleModule} */
export const noUntranslated = {
  meta: {
    type: "problem",
    messages: {
      text: "This text is not translated: {{text}}. Put it into static/i18n, and use t().",
    },
    schema: [],
  },
  create(context) {
    /** @param {Node | null | undefined} node What may be shown as it stands. */
    function check(node) {
      switch (node?.type) {
        case "Literal":
          if (typeof node.value === "string") judge(node, node.value);
          break;
        case "TemplateLiteral":
          for (const quasi of node.quasis) judge(quasi, quasi.value.cooked ?? "");
          break;
        case "ConditionalExpression":
          check(node.consequent);
          check(node.alternate);
          break;
        case "LogicalExpression":
          check(node.right);
          if (node.operator !== "&&") check(node.left);
          break;
        case "BinaryExpression":
          if (node.operator !== "+") break;
          check(/** @type {Node} */ (node.left));
          check(node.right);
          break;
        case "ArrayExpression":
          for (const element of node.elements) check(/** @type {Node} */ (element));
          break;
        case "ArrowFunctionExpression":
          if (node.body.type !== "BlockStatement") check(node.body);
          break;
      }
    }
    /** @param {Node} node @param {string} text */
    function judge(node, text) {
      if (WORD.test(text.replace(MARKUP, "")) && !KEY.test(text))
        context.report({ node, messageId: "text", data: { text: JSON.stringify(text) } });
    }
    /** @param {Node} key @param {boolean} computed */
    const nameOf = (key, computed) =>
      key.type === "Literal"
        ? `${key.value}`
        : key.type === "Identifier" && !computed
          ? key.name
          : "";

    return {
      AssignmentExpression({ left, right }) {
        if (left.type !== "MemberExpression") return;
        if (READ.has(nameOf(/** @type {Node} */ (left.property), left.computed))) check(right);
      },
      Property({ key, computed, value }) {
        if (READ.has(nameOf(/** @type {Node} */ (key), computed)))
          check(/** @type {Node} */ (value));
      },
      CallExpression({ callee, arguments: given }) {
        const name =
          callee.type === "MemberExpression"
            ? nameOf(/** @type {Node} */ (callee.property), callee.computed)
            : callee.type === "Identifier"
              ? callee.name
              : "";
        if (name === "h") for (const child of given.slice(2)) check(child);
        if (["append", "prepend", "replaceChildren", "before", "after"].includes(name))
          for (const child of given) check(child);
        if (
          name === "setAttribute" &&
          given[0]?.type === "Literal" &&
          READ.has(`${given[0].value}`)
        )
          check(given[1]);
        const at = WRITES.get(name);
        if (at !== undefined) check(given[at]);
      },
    };
  },
};
