import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  // ESLint reads a .ts configuration only with one more package; this one file is its configuration, not code of ours.
  { ignores: ["**/node_modules/", "**/dist/", "coverage/", "*.config.js"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers and URLs read better in a template than wrapped in String().
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // A Pulumi resource is created for its effect; the constructor is the statement.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/consistent-type-imports": "error",
      eqeqeq: "error",
      // A name with an underscore says that it is there to be left out.
      "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^_", argsIgnorePattern: "^_" }],
      // Overflows its stack on types that contain themselves, as a provider's values do.
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
    },
  },
  {
    // jest's asymmetric matchers (expect.stringContaining) are typed any.
    files: ["**/*.test.ts", "**/*.test.tsx"],
    rules: { "@typescript-eslint/no-unsafe-assignment": "off" },
  },
);
