import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const COMPRESSIBLE = /\.(html|js|css|svg)$/;

/** Writes `<file>.br` and `<file>.gz` beside what the build made, where that is smaller; the server sends those. */
export function precompress(): Plugin {
  let folder = "";
  return {
    name: "precompress",
    apply: "build",
    writeBundle(options) {
      folder = options.dir ?? "";
    },
    closeBundle() {
      if (folder === "") return;
      for (const entry of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        if (!COMPRESSIBLE.test(entry)) continue;
        const path = join(folder, entry);
        const content = readFileSync(path);
        for (const [ending, compressed] of [
          [".br", brotliCompressSync(content)],
          [".gz", gzipSync(content, { level: 9 })],
        ] as const) {
          if (compressed.length < content.length) writeFileSync(path + ending, compressed);
        }
      }
    },
  };
}
