import js from "@eslint/js";
import typescript from "typescript-eslint";

export default typescript.config(
  { ignores: ["**/dist/", "**/node_modules/", "api-client/", "test-results/"] },
  js.configs.recommended,
  ...typescript.configs.strict,
  {
    rules: {
      "max-lines": ["error", { max: 400 }],
      "max-lines-per-function": ["error", { max: 80 }],
      "no-eval": "error",
    },
  },
  {
    files: ["**/*.mjs"],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        document: "readonly",
        setTimeout: "readonly",
        fetch: "readonly",
        URL: "readonly",
        getComputedStyle: "readonly",
      },
    },
    rules: { "max-lines-per-function": ["error", { max: 160 }] },
  },
);
