/**
 * AWS Signature Version 4 as a service checks it, for requests signed in their Authorization header.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

import { AwsError } from "../../aws/model.ts";
import { signatureError } from "./errors.ts";

/** What of a request is signed. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query as they came over the wire. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** SHA-256 of the body in hex, or what S3 takes instead of it. */
  readonly payload: string;
}

export interface Authorization {
  readonly accessKeyId: string;
  /** `20260101/eu-central-1/s3/aws4_request`. */
  readonly scope: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const ALGORITHM = "AWS4-HMAC-SHA256";
/** Of S3, taken for all: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, RequestTimeTooSkewed. */
const MOST_SKEW_MS = 15 * 60 * 1000;

/** Reads the Authorization header; throws the service's errors for none, a malformed one and one for another service. */
export function parseAuthorization(service: string, header: string | undefined): Authorization {
  if (header === undefined) throw signatureError(service, "missing");
  const match =
    /^AWS4-HMAC-SHA256\s+Credential=([^/,\s]+)\/(\d{8}\/[\w-]+\/[\w-]+\/aws4_request),\s*SignedHeaders=([\w;-]+),\s*Signature=([0-9a-f]{64})$/.exec(
      header,
    );
  const [, accessKeyId, scope, names, signature] = match ?? [];
  if (accessKeyId === undefined || scope === undefined || names === undefined || signature === undefined) {
    throw signatureError(service, "malformed");
  }
  if (scope.split("/")[2] !== service) throw signatureError(service, "malformed");
  return { accessKeyId, scope, signedHeaders: names.split(";"), signature };
}

export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac("sha256", key).update(data).digest();
}

function decode(wire: string): string {
  try {
    return decodeURIComponent(wire);
  } catch {
    throw new AwsError("InvalidURI", "Couldn't parse the specified URI.");
  }
}

/** RFC 3986: everything but letters, digits and -._~. */
function encode(plain: string): string {
  return encodeURIComponent(plain).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** S3 signs the path as it is sent, once encoded; other services encode it again. */
function canonicalPath(service: string, path: string): string {
  const segment = (wire: string): string => encode(service === "s3" ? decode(wire) : wire);
  return path.split("/").map(segment).join("/");
}

function canonicalQuery(query: string): string {
  const pairs = query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const [name = "", ...value] = pair.split("=");
      return [encode(decode(name)), encode(decode(value.join("=")))] as const;
    });
  const order = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
  return pairs
    .sort(([a, x], [b, y]) => order(a, b) || order(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

export function canonicalRequest(
  service: string,
  request: SignedRequest,
  signedHeaders: readonly string[],
): string {
  const [path = "/", query = ""] = request.target.split("?", 2);
  const headers = signedHeaders.map((name) => {
    const value = request.headers[name] ?? "";
    return `${name}:${value.trim().replace(/\s+/g, " ")}\n`;
  });
  return [
    request.method,
    canonicalPath(service, path),
    canonicalQuery(query),
    headers.join(""),
    signedHeaders.join(";"),
    request.payload,
  ].join("\n");
}

export function signatureOf(
  request: SignedRequest,
  { scope, signedHeaders }: Pick<Authorization, "scope" | "signedHeaders">,
  secretAccessKey: string,
): string {
  const [, , service = ""] = scope.split("/");
  const text = [
    ALGORITHM,
    request.headers["x-amz-date"] ?? "",
    scope,
    sha256(canonicalRequest(service, request, signedHeaders)),
  ].join("\n");
  const key = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  return createHmac("sha256", key).update(text).digest("hex");
}

function timeOf(stamp: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp);
  if (!match) return Number.NaN;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** Throws the service's error for a request that nobody can have signed now: of another time, or with headers left out. */
export function verifyClaims(
  { headers }: Pick<SignedRequest, "headers">,
  authorization: Authorization,
  now = Date.now(),
): void {
  const stamp = headers["x-amz-date"] ?? "";
  const [day, , service = ""] = authorization.scope.split("/");
  if (day !== stamp.slice(0, 8)) throw signatureError(service, "malformed");
  // NaN, from a header that is no time, is refused too.
  if (!(Math.abs(now - timeOf(stamp)) <= MOST_SKEW_MS)) throw signatureError(service, "skewed");
  // What is not signed could be put in by anyone on the way.
  const needed = ["host", ...Object.keys(headers).filter((name) => name.startsWith("x-amz-"))];
  if (!needed.every((name) => authorization.signedHeaders.includes(name))) {
    throw signatureError(service, "not all signed");
  }
}

/** Throws the service's error for a request that was not signed by this secret, now. */
export function verify(
  request: SignedRequest,
  authorization: Authorization,
  secretAccessKey: string,
  now = Date.now(),
): void {
  verifyClaims(request, authorization, now);
  const [, , service = ""] = authorization.scope.split("/");
  const expected = Buffer.from(signatureOf(request, authorization, secretAccessKey));
  if (timingSafeEqual(expected, Buffer.from(authorization.signature))) return;
  throw signatureError(service, "mismatch");
}
