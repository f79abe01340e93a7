import { randomBytes } from "node:crypto";
import type { IncomingMessage, RequestListener } from "node:http";

import type { Account } from "../../aws/model.ts";
import { AwsError } from "../../aws/model.ts";
import { text } from "../../aws/services/fields.ts";
import { statementsOf } from "../../aws/services/iam/statements.ts";
import type { Statement } from "../../aws/services/iam/statements.ts";
import { BUCKET, BUCKET_POLICY, bucketOfDomainName, settingOf } from "../../aws/services/s3/references.ts";
import { BodyError, discardRest, readBody } from "../http/body.ts";
import { authorize } from "../identity/authorization.ts";
import type { RightRequest, Via } from "../identity/authorization.ts";
import type { Identity, Right } from "../identity/identity.ts";
import { authenticate } from "../sigv4/authenticate.ts";
import type { Identities } from "../sigv4/authenticate.ts";
import { sha256 } from "../sigv4/signature.ts";
import { sendError, sendXml } from "./answers.ts";
import { operationOf } from "./api.ts";
import type { S3Answer, S3Request } from "./api.ts";
import { bucketListing } from "./listing.ts";
import type { ObjectStore } from "./object-store.ts";

export interface S3Options {
  readonly account: Account;
  readonly store: ObjectStore;
  readonly identities: Identities;
  /** The VPC endpoint that all requests come in by; undefined: loopback. */
  readonly via?: () => Via;
  /** Longest body in bytes; default 32 MiB (AWS takes 5 GiB; bodies are held in memory here). */
  readonly maxBody?: number;
}

const MAX_BODY = 32 * 1024 * 1024;

/**
 * S3 over HTTP: buckets named in the path or in the Host header, signatures checked (SigV4 in the Authorization header;
 * presigned URLs and chunked uploads are refused), and rights, by the policies of the identity, the bucket and the endpoint.
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
        discardRest(response);
        sendError(response, awsErrorOf(error, options.maxBody ?? MAX_BODY), requestId);
      })
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  };
}

function awsErrorOf(error: unknown, most: number): unknown {
  if (!(error instanceof BodyError)) return error;
  if (error.status === 408) return new AwsError(error.code, error.message);
  return new AwsError(
    "EntityTooLarge",
    `Your proposed upload exceeds the maximum allowed size of ${most} bytes`,
  );
}

async function answer(options: S3Options, message: IncomingMessage): Promise<S3Answer> {
  const { account, store } = options;
  const identity = identify(options, message);
  const body = await readBody(message, options.maxBody ?? MAX_BODY);
  const declared = String(message.headers["x-amz-content-sha256"]);
  if (/^[0-9a-f]{64}$/.test(declared) && declared !== sha256(body)) {
    throw new AwsError(
      "XAmzContentSHA256Mismatch",
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  const request = requestOf(message, body);
  const via = options.via?.();
  if (request.bucket === "") return listBuckets(account, identity, request.method, via);
  if (!account.get(BUCKET, request.bucket) || !store.hasBucket(request.bucket)) {
    throw new AwsError("NoSuchBucket", "The specified bucket does not exist");
  }
  const operation = operationOf(store, request);
  const asked = (right: Right): RightRequest => ({
    ...right,
    identity,
    via,
    keys: operation.keys ?? {},
    resourcePolicy: policyOf(account, right),
  });
  for (const right of operation.rights) authorize(account, asked(right), true);
  try {
    return operation.run();
  } catch (error) {
    // Who may not list must not learn what is there.
    if (error instanceof AwsError && error.code === "NoSuchKey") {
      const list = { action: "s3:ListBucket", resource: `arn:aws:s3:::${request.bucket}` };
      authorize(account, asked(list), true);
    }
    throw error;
  }
}

function listBuckets(account: Account, identity: Identity, method: string, via: Via | undefined): S3Answer {
  if (method !== "GET")
    throw new AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.");
  authorize(account, { action: "s3:ListAllMyBuckets", resource: "*", identity, via }, true);
  return {
    status: 200,
    body: bucketListing(
      account.id,
      account.all(BUCKET).map(({ id }) => id),
    ),
  };
}

function identify({ identities }: S3Options, message: IncomingMessage): Identity {
  const payload = String(message.headers["x-amz-content-sha256"] ?? "");
  const identity = authenticate("s3", message, payload, identities);
  if (/^([0-9a-f]{64}|UNSIGNED-PAYLOAD)$/.test(payload)) return identity;
  throw new AwsError(
    "NotImplemented",
    "x-amz-content-sha256 must be the body's SHA-256 or UNSIGNED-PAYLOAD: chunked uploads are not implemented",
  );
}

/** The policy of the bucket that a right is about. */
function policyOf(account: Account, { resource }: Right): readonly Statement[] {
  const bucket = resource.replace("arn:aws:s3:::", "").split("/")[0] ?? "";
  const policy = text(settingOf(account, BUCKET_POLICY, bucket)?.inputs ?? {}, "policy");
  return policy === undefined ? [] : statementsOf(policy);
}

function requestOf(message: IncomingMessage, body: Buffer): S3Request {
  const [path = "/", query = ""] = (message.url ?? "/").split("?", 2);
  const named = bucketOfDomainName((message.headers.host ?? "").replace(/:\d+$/, ""));
  const [bucket = "", ...key] = [...(named === undefined ? [] : [named]), ...path.slice(1).split("/")];
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
