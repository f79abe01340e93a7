import preact from "@preact/preset-vite";
import { defineConfig } from "vite";
import { precompress } from "./precompress.ts";

/** The pages: one HTML file and its hashed assets, each with a brotli and a gzip twin, into `dist/web`. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [preact(), precompress()],
  build: {
    outDir: "../dist/web",
    emptyOutDir: true,
    // The content security policy allows no data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
});
