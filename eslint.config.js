import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import globals from "globals";
import { noUntranslated } from "./scripts/no-untranslated.mjs";

/** Modules that compute and never draw: they run in Node.js as they do in the browser. */
const PURE = [
  "static/js/{color,contours,format,history,i18n,layout,placement,protocol,resample,scale,schema,state,store}.js",
];

const VIEW_RULE = "A view draws what it is given: main.js hands it data and listens to it.";

export default defineConfig(
  globalIgnores(["build/", "dist/", ".venv/"]),
  js.configs.recommended,
  {
    rules: {
      eqeqeq: "error",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
    },
  },
  {
    files: ["static/js/**", "tests/e2e/**"],
    ignores: PURE,
    languageOptions: { globals: globals.browser },
  },
  {
    files: ["static/js/**"],
    plugins: { texts: { rules: { "no-untranslated": noUntranslated } } },
    rules: { "texts/no-untranslated": "error" },
  },
  {
    files: PURE,
    languageOptions: { globals: globals["shared-node-browser"] },
  },
  {
    files: ["static/js/views/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { group: ["./*", "**/views/*"], message: VIEW_RULE },
            { group: ["**/main.js", "**/socket.js"], message: VIEW_RULE },
          ],
        },
      ],
    },
  },
  {
    files: ["static/js/panels/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { group: ["./*", "**/views/*", "**/main.js", "**/socket.js"], message: VIEW_RULE },
          ],
        },
      ],
    },
  },
  {
    files: ["bench/**", "scripts/**", "tests/js/**", "*.config.js"],
    languageOptions: { globals: globals.node },
  },
);
