/** S3's calls on objects: PutObject, CopyObject, GetObject, HeadObject, DeleteObject, GetObjectTagging, and ListObjectsV2. */
import type { IncomingHttpHeaders } from "node:http";

import { AwsError } from "../../aws/model.ts";
import type { Right } from "../identity/identity.ts";
import { xml } from "./answers.ts";
import { checkSums } from "./checksum.ts";
import { listing } from "./listing.ts";
import type { ObjectMetadata, ObjectStore } from "./object-store.ts";
import { readObject } from "./read.ts";
import { objectTagging } from "./tagging.ts";

export interface S3Request {
  readonly method: string;
  readonly bucket: string;
  /** Empty for calls on the bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface S3Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** XML when it is text. */
  readonly body?: string | Buffer;
}

/** An operation, and the rights it takes. */
export interface Operation {
  readonly rights: readonly Right[];
  /** S3's own condition keys, as far as they are known here. */
  readonly keys?: Readonly<Record<string, string | null>>;
  run(): S3Answer;
}

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}

function metadataOf(headers: IncomingHttpHeaders): ObjectMetadata {
  const named = {
    cacheControl: "cache-control",
    contentDisposition: "content-disposition",
    contentEncoding: "content-encoding",
    contentLanguage: "content-language",
  };
  return {
    contentType: header(headers, "content-type") ?? "binary/octet-stream",
    ...Object.fromEntries(
      Object.entries(named).flatMap(([key, name]) => {
        const value = header(headers, name);
        return value === undefined ? [] : [[key, value]];
      }),
    ),
    user: Object.fromEntries(
      Object.keys(headers)
        .filter((name) => name.startsWith("x-amz-meta-"))
        .map((name) => [name.slice("x-amz-meta-".length), header(headers, name) ?? ""]),
    ),
    tags: Object.fromEntries(new URLSearchParams(header(headers, "x-amz-tagging") ?? "")),
  };
}

/** Headers that ask for what is not here: doing the rest of the request would be wrong. */
const NOT_IMPLEMENTED =
  /^x-amz-(acl|grant-.*|storage-class|server-side-encryption-customer-.*|object-lock-.*|website-redirect-location|copy-source-.+|tagging-directive|expected-bucket-owner|mfa)$|^(if-match|if-unmodified-since)$/;

/** `If-None-Match: *` makes an object and never replaces one. */
function put(store: ObjectStore, { bucket, key, headers, body }: S3Request): S3Answer {
  checkSums(headers, body);
  const unless = header(headers, "if-none-match");
  if (unless !== undefined && unless !== "*") {
    throw new AwsError("NotImplemented", "If-None-Match of a write must be *");
  }
  if (unless === "*" && store.head(bucket, key) !== undefined) {
    throw new AwsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
  }
  const { etag } = store.put(bucket, key, body, metadataOf(headers));
  return { status: 200, headers: { etag: `"${etag}"` } };
}

/** `x-amz-copy-source`: the object that is copied. */
function copySource(source: string): { readonly from: string; readonly name: string } {
  const [from = "", ...rest] = decodeURIComponent(source).replace(/^\//, "").split("/");
  return { from, name: rest.join("/") };
}

/** Of one object onto another or itself; `REPLACE` takes headers and tags from this request. */
function copy(store: ObjectStore, { bucket, key, headers }: S3Request, source: string): S3Answer {
  const { from, name } = copySource(source);
  const found = store.get(from, name);
  if (found === undefined) throw new AwsError("NoSuchKey", "The specified key does not exist.");
  const replace = header(headers, "x-amz-metadata-directive") === "REPLACE";
  if (!replace && from === bucket && name === key) {
    throw new AwsError(
      "InvalidRequest",
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const { etag, lastModified } = store.put(
    bucket,
    key,
    found.bytes,
    replace ? metadataOf(headers) : found.object.metadata,
  );
  return {
    status: 200,
    body: `<CopyObjectResult><ETag>&quot;${xml(etag)}&quot;</ETag><LastModified>${lastModified}</LastModified></CopyObjectResult>`,
  };
}

function get(store: ObjectStore, { bucket, key, method, headers }: S3Request): S3Answer {
  const found = store.get(bucket, key);
  if (found === undefined) throw new AwsError("NoSuchKey", "The specified key does not exist.");
  return readObject(method, headers, found);
}

function onBucket(store: ObjectStore, { method, bucket, query }: S3Request): Operation {
  const run = (): S3Answer => {
    if (method === "HEAD") return { status: 200 };
    return { status: 200, body: listing(bucket, store.list(bucket), query) };
  };
  if (method !== "HEAD" && (method !== "GET" || query.get("list-type") !== "2")) {
    throw new AwsError(
      "NotImplemented",
      "Of the calls on a bucket only HeadBucket and ListObjectsV2 are implemented",
    );
  }
  const keys = Object.fromEntries(
    ["prefix", "delimiter", "max-keys"].map((name) => [`s3:${name}`, query.get(name)]),
  );
  return { rights: [{ action: "s3:ListBucket", resource: `arn:aws:s3:::${bucket}` }], keys, run };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
function writeRights(
  object: string,
  headers: IncomingHttpHeaders,
  source: string | undefined,
): readonly Right[] {
  const tagged = header(headers, "x-amz-tagging") !== undefined;
  const { from, name } = copySource(source ?? "");
  return [
    { action: "s3:PutObject", resource: object },
    ...(tagged ? [{ action: "s3:PutObjectTagging", resource: object }] : []),
    ...(source === undefined ? [] : [{ action: "s3:GetObject", resource: `arn:aws:s3:::${from}/${name}` }]),
  ];
}

/** The operation a request names; throws for what is not one of these. */
export function operationOf(store: ObjectStore, request: S3Request): Operation {
  const { method, bucket, key, query, headers } = request;
  const refused = Object.keys(headers).find((name) => NOT_IMPLEMENTED.test(name));
  // An SDK adds x-id to say which operation it means.
  const asked = [...query.keys()].filter((name) => name !== "x-id");
  const object = `arn:aws:s3:::${bucket}/${key}`;
  if (refused === undefined && key !== "" && method === "GET" && asked.join() === "tagging") {
    const run = (): S3Answer => ({ status: 200, body: objectTagging(store, bucket, key) });
    return { rights: [{ action: "s3:GetObjectTagging", resource: object }], run };
  }
  if (refused !== undefined || (key !== "" && asked.length > 0)) {
    throw new AwsError(
      "NotImplemented",
      `A header or query you provided implies functionality that is not implemented: ${refused ?? asked.join(", ")}`,
    );
  }
  if (key === "") return onBucket(store, request);
  const source = header(headers, "x-amz-copy-source");
  switch (method) {
    case "PUT":
      return {
        rights: writeRights(object, headers, source),
        run: () => (source === undefined ? put(store, request) : copy(store, request, source)),
      };
    case "GET":
    case "HEAD":
      return {
        rights: [{ action: "s3:GetObject", resource: object }],
        run: () => get(store, request),
      };
    case "DELETE":
      return {
        rights: [{ action: "s3:DeleteObject", resource: object }],
        run: () => {
          store.remove(bucket, key);
          return { status: 204 };
        },
      };
    default:
      throw new AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.");
  }
}
