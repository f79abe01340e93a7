import type { IncomingHttpHeaders } from "node:http";

import { AwsError } from "../../aws/model.ts";
import type { StoredObject } from "./object-store.ts";

/** Of an object's bytes; both ends belong to it. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** The asker has a part of this very object, and wants the rest of no other (RFC 9110, 13.1.5). */
function isStillThis(condition: string | undefined, { etag, lastModified }: StoredObject): boolean {
  if (condition === undefined || condition === `"${etag}"`) return true;
  return Date.parse(condition) === Math.floor(Date.parse(lastModified) / 1000) * 1000;
}

/**
 * The one range that a GET asks for; undefined when the whole is the answer, as for several ranges, which S3 does not give.
 * Throws InvalidRange for one that lies outside. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function rangeOf(headers: IncomingHttpHeaders, object: StoredObject): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? "");
  const ifRange = headers["if-range"];
  if (match === null || !isStillThis(typeof ifRange === "string" ? ifRange : undefined, object))
    return undefined;
  const [from = "", to = ""] = match.slice(1);
  if (from === "" && to === "") return undefined;
  const end = object.size - 1;
  const first = from === "" ? Math.max(0, object.size - Number(to)) : Number(from);
  const last = from === "" || to === "" ? end : Math.min(Number(to), end);
  // The wrong way round is no range at all.
  if (from !== "" && to !== "" && Number(to) < Number(from)) return undefined;
  if (first > end) throw new AwsError("InvalidRange", "The requested range is not satisfiable");
  return { first, last };
}

/** Headers of a 206 beside the object's own. */
export function partialHeaders({ first, last }: ByteRange, { size }: StoredObject): Record<string, string> {
  return {
    "content-range": `bytes ${first}-${last}/${size}`,
    "content-length": String(last - first + 1),
  };
}
