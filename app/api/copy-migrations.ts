import { cpSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/** Puts the migrations beside the programs: `dist/migrations`, the SQL alone. */
export function copyMigrations(source: string): Plugin {
  return {
    name: "copy-migrations",
    apply: "build",
    writeBundle(options) {
      if (options.dir === undefined) throw new Error("The build has no output folder.");
      cpSync(source, join(options.dir, "migrations"), {
        recursive: true,
        filter: (path) => path === source || path.endsWith(".sql"),
      });
    },
  };
}
