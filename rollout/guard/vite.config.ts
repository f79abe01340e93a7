import { defineConfig } from "vite";

/** The program `dist/guard.js` with every package it uses: the image needs no node_modules. */
export default defineConfig({
  root: import.meta.dirname,
  ssr: { noExternal: true, target: "node" },
  build: {
    ssr: true,
    target: "node24",
    outDir: "dist",
    emptyOutDir: true,
    copyPublicDir: false,
    // Readable stack traces are worth more here than some kilobytes.
    minify: false,
    rolldownOptions: {
      input: { guard: "main.ts" },
      output: { entryFileNames: "[name].js", chunkFileNames: "chunks/[name]-[hash].js" },
    },
  },
});
