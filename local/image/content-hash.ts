import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Made by tools, not part of what is built. */
const ignored = new Set(["node_modules", "dist", "coverage"]);

async function filesBelow(folder: string, prefix = ""): Promise<readonly string[]> {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true });
  const lists = entries
    .filter((entry) => !ignored.has(entry.name))
    .map(async (entry) => {
      const path = join(prefix, entry.name);
      return entry.isDirectory() ? filesBelow(folder, path) : [path];
    });
  return (await Promise.all(lists)).flat().sort();
}

/** A hash over the names and contents of a folder's files and over `extra`; twelve hex digits. */
export async function contentHash(folder: string, ...extra: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of await filesBelow(folder)) {
    const content = await readFile(join(folder, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  for (const text of extra) hash.update(`\0${text}`);
  return hash.digest("hex").slice(0, 12);
}
