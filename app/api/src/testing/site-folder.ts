import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

export const PAGE = "<!doctype html><title>page</title>";
export const SCRIPT = "console.log('script');".repeat(20);

/** A folder as the web build leaves it. */
export function makeSiteFolder(): { readonly root: string; remove(): void } {
  const root = mkdtempSync(join(tmpdir(), "twinstack-site-"));
  mkdirSync(join(root, "assets"));
  writeFileSync(join(root, "index.html"), PAGE);
  writeFileSync(join(root, "assets", "index-Ab12.js"), SCRIPT);
  writeFileSync(join(root, "assets", "index-Ab12.js.br"), brotliCompressSync(SCRIPT));
  writeFileSync(join(root, "assets", "index-Ab12.js.gz"), gzipSync(SCRIPT));
  return { root, remove: () => rmSync(root, { recursive: true }) };
}
