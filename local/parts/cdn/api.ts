/**
 * CloudFront's CreateInvalidation over HTTP, for clients with an endpoint override such as `aws cloudfront
 * create-invalidation`, on loopback alone: CloudFront has no endpoint in a VPC.
 * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html
 */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

import type { Account } from "../../aws/model.ts";
import { AwsError } from "../../aws/model.ts";
import { capitals, DISTRIBUTION } from "../../aws/services/cloudfront/references.ts";
import { BodyError, discardRest } from "../http/body.ts";
import { authorize } from "../identity/authorization.ts";
import { authenticateBody } from "../sigv4/authenticate.ts";
import type { Identities } from "../sigv4/authenticate.ts";
import { SIGNATURE_STATUSES } from "../sigv4/errors.ts";
import type { Edge } from "./edge.ts";

/** What every path of the API begins with. */
export const CLOUDFRONT_VERSION = "/2020-05-31/";

const STATUSES: Readonly<Record<string, number>> = {
  ...SIGNATURE_STATUSES,
  InvalidArgument: 400,
  MissingBody: 400,
  NoSuchDistribution: 404,
  NotImplemented: 501,
  RequestEntityTooLarge: 413,
  RequestTimeout: 408,
};

/** AWS takes 3,000 paths at most, of 4,000 characters each; what is sent in practice is a fraction of this. */
const MAX_BODY = 1024 * 1024;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", apos: "'", gt: ">", lt: "<", quot: '"' };

function unescape(xml: string): string {
  return xml.replace(/&(amp|apos|gt|lt|quot);/g, (_all, name: string) => ENTITIES[name] ?? "");
}

function escape(plain: string): string {
  return plain.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

export interface CloudFrontOptions {
  readonly account: Account;
  readonly edge: Pick<Edge, "invalidate">;
  readonly identities: Identities;
}

export function createCloudFrontListener(options: CloudFrontOptions): RequestListener {
  return (request, response) => {
    answer(options, request)
      .then((body) => send(response, 201, body))
      .catch((error: unknown) => {
        const known = awsErrorOf(error);
        if (known === undefined) console.error("cloudfront:", error);
        const code = known?.code ?? "ServiceFailure";
        const message = escape(known?.message ?? "An internal error occurred.");
        send(
          response,
          STATUSES[code] ?? 500,
          `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
        );
      })
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  };
}

function awsErrorOf(error: unknown): AwsError | undefined {
  if (error instanceof BodyError) return new AwsError(error.code, error.message);
  return error instanceof AwsError ? error : undefined;
}

async function answer(options: CloudFrontOptions, request: IncomingMessage): Promise<string> {
  const { account, edge } = options;
  const { identity, body } = await authenticateBody("cloudfront", request, options.identities, MAX_BODY);
  const [, id] = /^\/[\d-]+\/distribution\/([A-Z0-9]+)\/invalidation$/.exec(request.url ?? "") ?? [];
  if (request.method !== "POST" || id === undefined) {
    throw new AwsError("NotImplemented", "Of CloudFront's calls only CreateInvalidation is implemented");
  }
  const resource = account.arn("cloudfront", `distribution/${id}`, "");
  authorize(account, { action: "cloudfront:CreateInvalidation", resource, identity, via: undefined });
  if (!account.get(DISTRIBUTION, id)) {
    throw new AwsError("NoSuchDistribution", "The specified distribution does not exist.");
  }
  const paths = [...body.matchAll(/<Path>([^<]*)<\/Path>/g)].map(([, path = ""]) => unescape(path));
  const reference = /<CallerReference>([^<]+)<\/CallerReference>/.exec(body)?.[1];
  if (paths.length === 0 || reference === undefined) {
    throw new AwsError(
      "MissingBody",
      "The request needs an InvalidationBatch with Paths and a CallerReference.",
    );
  }
  edge.invalidate(id, paths);
  const items = paths.map((path) => `<Path>${escape(path)}</Path>`).join("");
  return [
    '<Invalidation xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">',
    `<Id>I${capitals(13)}</Id><Status>Completed</Status><CreateTime>${new Date().toISOString()}</CreateTime>`,
    `<InvalidationBatch><Paths><Quantity>${paths.length}</Quantity><Items>${items}</Items></Paths>`,
    `<CallerReference>${reference}</CallerReference></InvalidationBatch></Invalidation>`,
  ].join("");
}

function send(response: ServerResponse, status: number, body: string): void {
  discardRest(response);
  response
    .writeHead(status, { "content-type": "text/xml", "content-length": Buffer.byteLength(body) })
    .end(body);
}
