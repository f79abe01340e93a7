import { join } from "node:path";
import { defineConfig } from "vite";
import { copyMigrations } from "./copy-migrations.ts";

/**
 * The programs `dist/{server,worker,migrate,upload-assets}.js` with every package they use, and the migrations: the image needs no
 * node_modules. What the programs share lies in `dist/chunks`.
 */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [copyMigrations(join(import.meta.dirname, "../migrations"))],
  ssr: { noExternal: true, target: "node" },
  build: {
    ssr: true,
    target: "node24",
    outDir: "../dist",
    // The pages come after, into dist/web.
    emptyOutDir: true,
    copyPublicDir: false,
    // Readable stack traces are worth more here than some kilobytes.
    minify: false,
    rolldownOptions: {
      input: {
        server: "src/server.ts",
        worker: "src/worker.ts",
        migrate: "src/migrate.ts",
        "upload-assets": "src/upload-assets.ts",
      },
      output: { entryFileNames: "[name].js", chunkFileNames: "chunks/[name]-[hash].js" },
    },
  },
});
