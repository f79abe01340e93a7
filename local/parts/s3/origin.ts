/** Buckets as CloudFront reads them: through origin access control, as far as the bucket's policy admits it. */
import { randomBytes } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

import type { Account } from "../../aws/model.ts";
import { AwsError } from "../../aws/model.ts";
import { text } from "../../aws/services/fields.ts";
import { contextOf } from "../../aws/services/iam/conditions.ts";
import { decide } from "../../aws/services/iam/policy-decision.ts";
import type { Access } from "../../aws/services/iam/policy-decision.ts";
import { parseBucketPolicy } from "../../aws/services/s3/policy-document.ts";
import { BUCKET, BUCKET_POLICY, bucketOfDomainName, settingOf } from "../../aws/services/s3/references.ts";
import { sendError } from "./answers.ts";
import type { ObjectStore } from "./object-store.ts";
import { readObject } from "./read.ts";

/** The CDN says so of a request it would have signed. */
export const SIGNED_HEADER = "x-twinstack-signed";

export interface OriginOptions {
  readonly account: Account;
  readonly store: ObjectStore;
  /** Who asks: everything that comes this way is this distribution's. */
  readonly distributionArn: string;
}

/**
 * GET and HEAD of `<bucket>.s3.<region>.amazonaws.com/<key>`. Requests count as made with TLS: on AWS this hop has it, here
 * it is a socket that nobody else can open.
 */
export function createBucketOrigin(options: OriginOptions): RequestListener {
  return (request, response) => {
    const requestId = randomBytes(8).toString("hex").toUpperCase();
    try {
      answer(options, request, response, requestId);
    } catch (error) {
      sendError(response, error, requestId);
    }
  };
}

function answer(
  { account, store, distributionArn }: OriginOptions,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): void {
  if (request.method !== "GET" && request.method !== "HEAD") {
    throw new AwsError("AccessDenied", "Access Denied");
  }
  const bucket = bucketOfDomainName(request.headers.host ?? "") ?? "";
  if (!account.get(BUCKET, bucket)) throw new AwsError("NoSuchBucket", "The specified bucket does not exist");
  const signed = request.headers[SIGNED_HEADER] === "1";
  const may = (action: string, resource: string): boolean =>
    signed && admitted(account, bucket, access(account, distributionArn, action, resource));
  const key = keyOf(request.url ?? "/");
  if (!may("s3:GetObject", `arn:aws:s3:::${bucket}/${key}`))
    throw new AwsError("AccessDenied", "Access Denied");
  const found = store.get(bucket, key);
  if (found === undefined) {
    // Who may not list must not learn what is there.
    if (!may("s3:ListBucket", `arn:aws:s3:::${bucket}`)) throw new AwsError("AccessDenied", "Access Denied");
    throw new AwsError("NoSuchKey", "The specified key does not exist.");
  }
  const { status, headers, body } = readObject(request.method, request.headers, found);
  response.writeHead(status, { server: "AmazonS3", "x-amz-request-id": requestId, ...headers }).end(body);
}

function keyOf(target: string): string {
  try {
    return decodeURIComponent(target.split("?")[0]?.slice(1) ?? "");
  } catch {
    throw new AwsError("InvalidURI", "Couldn't parse the specified URI.");
  }
}

function access(account: Account, distributionArn: string, action: string, resource: string): Access {
  return {
    principals: ["Service:cloudfront.amazonaws.com"],
    action,
    resource,
    context: contextOf(
      {
        "aws:sourcearn": distributionArn,
        "aws:sourceaccount": account.id,
        "aws:securetransport": "true",
      },
      // A service is no principal of the account.
      (key) => key.startsWith("aws:principal"),
    ),
  };
}

function admitted(account: Account, bucket: string, asked: Access): boolean {
  const policy = text(settingOf(account, BUCKET_POLICY, bucket)?.inputs ?? {}, "policy");
  return policy !== undefined && decide(parseBucketPolicy(policy, bucket), asked) === "allow";
}
