import type { ServerResponse } from "node:http";

import { AwsError } from "../../aws/model.ts";
import type { StoredObject } from "./object-store.ts";

/** HTTP statuses of S3's errors. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const STATUSES: Readonly<Record<string, number>> = {
  AccessDenied: 403,
  AuthorizationHeaderMalformed: 400,
  BadDigest: 400,
  EntityTooLarge: 400,
  ExpiredToken: 400,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidRange: 416,
  InvalidToken: 400,
  InvalidURI: 400,
  MethodNotAllowed: 405,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NotImplemented: 501,
  PreconditionFailed: 412,
  RequestTimeout: 400,
  RequestTimeTooSkewed: 403,
  SignatureDoesNotMatch: 403,
  XAmzContentSHA256Mismatch: 400,
};

export function xml(text: string): string {
  const names: Readonly<Record<string, string>> = {
    "&": "amp",
    "<": "lt",
    ">": "gt",
    '"': "quot",
    "'": "apos",
  };
  return text.replace(/[&<>"']/g, (character) => `&${names[character] ?? ""};`);
}

/** The headers that an object's record gives back. */
export function objectHeaders({ etag, lastModified, size, metadata }: StoredObject): Record<string, string> {
  const optional = {
    "cache-control": metadata.cacheControl,
    "content-disposition": metadata.contentDisposition,
    "content-encoding": metadata.contentEncoding,
    "content-language": metadata.contentLanguage,
  };
  const tags = Object.keys(metadata.tags).length;
  return {
    "content-type": metadata.contentType,
    "content-length": String(size),
    etag: `"${etag}"`,
    "last-modified": new Date(lastModified).toUTCString(),
    "accept-ranges": "bytes",
    "x-amz-server-side-encryption": "AES256",
    ...Object.fromEntries(
      Object.entries(optional).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    ...Object.fromEntries(Object.entries(metadata.user).map(([key, value]) => [`x-amz-meta-${key}`, value])),
    ...(tags > 0 ? { "x-amz-tagging-count": String(tags) } : {}),
  };
}

export function sendXml(response: ServerResponse, status: number, body: string, requestId: string): void {
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n${body}`;
  response
    .writeHead(status, {
      server: "AmazonS3",
      "content-type": "application/xml",
      "content-length": Buffer.byteLength(text),
      "x-amz-request-id": requestId,
    })
    .end(response.req.method === "HEAD" ? undefined : text);
}

/** S3's own errors are the caller's; anything else is ours, and its text stays in the log. */
export function sendError(response: ServerResponse, error: unknown, requestId: string): void {
  const known =
    error instanceof AwsError
      ? error
      : new AwsError("InternalError", "We encountered an internal error. Please try again.");
  if (!(error instanceof AwsError)) console.error(`s3 ${requestId}:`, error);
  const body = `<Error><Code>${xml(known.code)}</Code><Message>${xml(known.message)}</Message><RequestId>${requestId}</RequestId></Error>`;
  sendXml(response, STATUSES[known.code] ?? 400, body, requestId);
}
