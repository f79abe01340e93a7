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

/**
 * Removes cached objects by their paths; answers how many. nginx takes an object whose file is gone for one that it
 * never had. An answer that is on its way from the origin meanwhile is cached after it, as at AWS.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
 */
export function invalidateCache(folder: string, paths: readonly string[]): number {
  const patterns = paths.map(pattern);
  if (!existsSync(folder)) return 0;
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const stale = files
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      const key = existsSync(path) ? keyOf(path) : undefined;
      return key !== undefined && patterns.some((each) => each.test(key));
    });
  for (const path of stale) rmSync(path, { force: true });
  return stale.length;
}
