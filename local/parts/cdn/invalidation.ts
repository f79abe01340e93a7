import { closeSync, existsSync, openSync, readdirSync, readSync, rmSync } from "node:fs";
import { join } from "node:path";

import { AwsError } from "../../aws/model.ts";
import { escapeRegex } from "./nginx-text.ts";

/** nginx keeps the key at the head of each file, after a short binary part. */
const HEAD_BYTES = 20_000;

/** What an invalidation names of an object: its path with the query string of the key. */
function keyOf(path: string): string | undefined {
  const file = openSync(path, "r");
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const text = head.subarray(0, readSync(file, head, 0, HEAD_BYTES, 0)).toString("latin1");
    return /\nKEY: ([^\n]*)\n/.exec(text)?.[1]?.replace(/\?$/, "");
  } finally {
    closeSync(file);
  }
}

/** A path such as `/index.html`, or `/images/*`: the star is a wildcard at the end alone. */
function pattern(path: string): RegExp {
  if (!/^\/[^\s*]*\*?$/.test(path)) {
    throw new AwsError(
      "InvalidArgument",
      `Your request contains one or more invalid invalidation paths: ${path} (a path begins with / and has * at its end alone)`,
    );
  }
  return new RegExp(path.endsWith("*") ? `^${escapeRegex(path.slice(0, -1))}` : `^${escapeRegex(path)}$`);
}

/** nginx writes an object under its file's name and ten digits first; the client may have it whole before it is renamed. */
const BEING_WRITTEN = /\.\d{10}$/;

/** More rounds than a rename can slip through; with traffic there is always something new. */
const MAX_ROUNDS = 5;

/** The files whose objects are named by `patterns`. */
export function staleFiles(folder: string, patterns: readonly RegExp[]): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      const key = existsSync(path) ? keyOf(path) : undefined;
      return key !== undefined && patterns.some((each) => each.test(key));
    });
}

/**
 * Removes cached objects by their paths; answers how many. nginx takes an object whose file is gone for one that it
 * never had. An answer that is on its way from the origin meanwhile may be cached after it, as at AWS.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
 */
export function invalidateCache(folder: string, paths: readonly string[], find = staleFiles): number {
  const patterns = paths.map(pattern);
  const objects = new Set<string>();
  // A file that is renamed between its finding and its removal stays: so until there is none.
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const stale = find(folder, patterns);
    if (stale.length === 0) break;
    for (const path of stale) {
      rmSync(path, { force: true });
      objects.add(path.replace(BEING_WRITTEN, ""));
    }
  }
  return objects.size;
}
