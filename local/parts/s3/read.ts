/** GET and HEAD of an object, the same for the API's clients and for the CDN. */
import type { IncomingHttpHeaders } from "node:http";

import { objectHeaders } from "./answers.ts";
import { notModified } from "./conditional.ts";
import type { StoredObject } from "./object-store.ts";
import { partialHeaders, rangeOf } from "./range.ts";

export interface ObjectAnswer {
  readonly status: 200 | 206 | 304;
  readonly headers: Readonly<Record<string, string>>;
  /** None for HEAD and 304. */
  readonly body?: Buffer;
}

export function readObject(
  method: string,
  headers: IncomingHttpHeaders,
  { object, bytes }: { readonly object: StoredObject; readonly bytes: Buffer },
): ObjectAnswer {
  const own = objectHeaders(object);
  if (notModified(headers, object)) {
    const { "content-length": _length, ...rest } = own;
    return { status: 304, headers: rest };
  }
  const range = rangeOf(headers, object);
  const answer =
    range === undefined
      ? { status: 200 as const, headers: own, body: bytes }
      : {
          status: 206 as const,
          headers: { ...own, ...partialHeaders(range, object) },
          body: bytes.subarray(range.first, range.last + 1),
        };
  return method === "HEAD" ? { status: answer.status, headers: answer.headers } : answer;
}
