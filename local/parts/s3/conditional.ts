import type { IncomingHttpHeaders } from "node:http";

import type { StoredObject } from "./object-store.ts";

/** Whether the asker has this very object: If-None-Match first, If-Modified-Since only without it (RFC 9110, 13.2.2). */
export function notModified(headers: IncomingHttpHeaders, { etag, lastModified }: StoredObject): boolean {
  const tags = headers["if-none-match"];
  if (tags !== undefined) {
    return tags
      .split(",")
      .some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === `"${etag}"`);
  }
  const since = headers["if-modified-since"];
  if (since === undefined) return false;
  // The header has whole seconds.
  return Math.floor(Date.parse(lastModified) / 1000) * 1000 <= Date.parse(since);
}
