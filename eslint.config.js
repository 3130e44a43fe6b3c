/** What the page's modules are held to, beside their types (tsconfig.json). */

import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["node_modules/"] },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2024, sourceType: "module", globals: globals.browser },
    rules: {
      eqeqeq: "error",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", ignoreRestSiblings: true }],
      "prefer-const": "error",
      "no-restricted-syntax": ["error", {
        selector: "TemplateLiteral TemplateLiteral",
        message: "The server, which packs this, cannot read a template literal in another: name it first.",
      }],
    },
  },
  { files: ["tests/**/*.js"], languageOptions: { globals: globals.node } },
];
