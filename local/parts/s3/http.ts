import { randomBytes } from "node:crypto";
import type { IncomingMessage, RequestListener } from "node:http";

import type { Account } from "../../aws/model.ts";
import { AwsError } from "../../aws/model.ts";
import { text } from "../../aws/services/fields.ts";
import { denies } from "../../aws/services/s3/policy-decision.ts";
import { parseBucketPolicy } from "../../aws/services/s3/policy-document.ts";
import { BUCKET, BUCKET_POLICY, settingOf } from "../../aws/services/s3/references.ts";
import { sendError, sendXml } from "./answers.ts";
import { operationOf } from "./api.ts";
import type { Operation, S3Answer, S3Request } from "./api.ts";
import { bucketListing } from "./listing.ts";
import type { ObjectStore } from "./object-store.ts";
import { parseAuthorization, sha256, verify } from "./signature.ts";

/** Who a set of credentials belongs to. */
export interface Identity {
  readonly secretAccessKey: string;
  /** Of temporary credentials: the request must carry it. */
  readonly sessionToken?: string;
  /** Of the role or user. */
  readonly arn: string;
  /** Whether its own policies allow the action, e.g. `s3:PutObject`, on the resource, an ARN. */
  may(action: string, resource: string): boolean;
}

export interface S3Options {
  readonly account: Account;
  readonly store: ObjectStore;
  /** Undefined: no such access key. */
  readonly identity: (accessKeyId: string) => Identity | undefined;
  /** Longest body in bytes; default 32 MiB (AWS takes 5 GiB; bodies are held in memory here). */
  readonly maxBody?: number;
}

const MAX_BODY = 32 * 1024 * 1024;

/**
 * S3 over HTTP for clients of ours with an endpoint override: path style, signatures checked (SigV4 in the Authorization
 * header; presigned URLs and chunked uploads are refused). Allowed is what the identity may do and no Deny of
 * the bucket's policy forbids. Every request counts as made with TLS: the address is inside the VPC or loopback.
 */
export function createS3Listener(options: S3Options): RequestListener {
  return (request, response) => {
    const requestId = randomBytes(8).toString("hex").toUpperCase();
    answer(options, request)
      .then(({ status, headers = {}, body }) => {
        if (typeof body === "string") {
          sendXml(response, status, body, requestId);
          return;
        }
        response
          .writeHead(status, { server: "AmazonS3", "x-amz-request-id": requestId, ...headers })
          .end(body);
      })
      .catch((error: unknown) => {
        // A body that was not read would be taken for the next request.
        response.setHeader("connection", "close");
        sendError(response, error, requestId);
      })
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  };
}

async function answer(options: S3Options, message: IncomingMessage): Promise<S3Answer> {
  const identity = identify(options, message);
  const body = await bodyOf(message, options.maxBody ?? MAX_BODY);
  const declared = String(message.headers["x-amz-content-sha256"]);
  if (/^[0-9a-f]{64}$/.test(declared) && declared !== sha256(body)) {
    throw new AwsError(
      "XAmzContentSHA256Mismatch",
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  const request = requestOf(message, body);
  if (request.bucket === "") return listBuckets(options.account, identity, request.method);
  if (!options.account.get(BUCKET, request.bucket) || !options.store.hasBucket(request.bucket)) {
    throw new AwsError("NoSuchBucket", "The specified bucket does not exist");
  }
  const operation = operationOf(options.store, request);
  const { action, resource } = operation;
  denyUnless(permitted(options.account, request.bucket, identity, operation), identity, action, resource);
  return operation.run();
}

function listBuckets(account: Account, identity: Identity, method: string): S3Answer {
  if (method !== "GET")
    throw new AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.");
  denyUnless(identity.may("s3:ListAllMyBuckets", "*"), identity, "s3:ListAllMyBuckets", "*");
  return {
    status: 200,
    body: bucketListing(
      account.id,
      account.all(BUCKET).map(({ id }) => id),
    ),
  };
}

function denyUnless(allowed: boolean, { arn }: Identity, action: string, resource: string): void {
  if (allowed) return;
  throw new AwsError(
    "AccessDenied",
    `User: ${arn} is not authorized to perform: ${action} on resource: "${resource}"`,
  );
}

function identify({ identity }: S3Options, message: IncomingMessage): Identity {
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(",") : (value ?? ""),
    ]),
  );
  const authorization = parseAuthorization(message.headers.authorization);
  const found = identity(authorization.accessKeyId);
  if (found === undefined) {
    throw new AwsError(
      "InvalidAccessKeyId",
      "The AWS Access Key Id you provided does not exist in our records.",
    );
  }
  const payload = headers["x-amz-content-sha256"];
  if (payload === undefined || !/^([0-9a-f]{64}|UNSIGNED-PAYLOAD)$/.test(payload)) {
    throw new AwsError(
      "NotImplemented",
      "x-amz-content-sha256 must be the body's SHA-256 or UNSIGNED-PAYLOAD: chunked uploads are not implemented",
    );
  }
  verify(
    { method: message.method ?? "GET", target: message.url ?? "/", headers },
    authorization,
    found.secretAccessKey,
  );
  if ((found.sessionToken ?? "") !== (headers["x-amz-security-token"] ?? "")) {
    throw new AwsError("AccessDenied", "The provided token is malformed or otherwise invalid.");
  }
  return found;
}

function permitted(
  account: Account,
  bucket: string,
  identity: Identity,
  { action, resource }: Operation,
): boolean {
  if (!identity.may(action, resource)) return false;
  const policy = text(settingOf(account, BUCKET_POLICY, bucket)?.inputs ?? {}, "policy");
  if (policy === undefined) return true;
  const context = { "aws:securetransport": "true", "aws:principalarn": identity.arn };
  return !denies(parseBucketPolicy(policy, bucket), {
    principal: `AWS:${identity.arn}`,
    action,
    resource,
    context,
  });
}

function requestOf(message: IncomingMessage, body: Buffer): S3Request {
  const [path = "/", query = ""] = (message.url ?? "/").split("?", 2);
  const [bucket = "", ...key] = path.slice(1).split("/");
  try {
    return {
      method: message.method ?? "GET",
      bucket: decodeURIComponent(bucket),
      key: decodeURIComponent(key.join("/")),
      query: new URLSearchParams(query),
      headers: message.headers,
      body,
    };
  } catch {
    throw new AwsError("InvalidURI", "Couldn't parse the specified URI.");
  }
}

async function bodyOf(message: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > most) {
      throw new AwsError(
        "EntityTooLarge",
        `Your proposed upload exceeds the maximum allowed size of ${most} bytes`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
