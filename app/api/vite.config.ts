import { defineConfig } from "vite";

/** The server and every package it uses in one file, `dist/server.js`: the image needs no node_modules. */
export default defineConfig({
  root: import.meta.dirname,
  ssr: { noExternal: true, target: "node" },
  build: {
    ssr: "src/server.ts",
    target: "node24",
    outDir: "../dist",
    // The pages are built into dist/web by their own config.
    emptyOutDir: false,
    copyPublicDir: false,
    // Readable stack traces are worth more here than some kilobytes.
    minify: false,
    rolldownOptions: { output: { entryFileNames: "server.js", codeSplitting: false } },
  },
});
