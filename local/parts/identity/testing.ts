/** What tests of the services share: identities without policies of their own, and a client that signs. */
import { contextOf } from "../../aws/services/iam/conditions.ts";
import { sha256, signatureOf } from "../sigv4/signature.ts";
import type { Identity } from "./identity.ts";

/** Somebody who may do what `may` says. */
export function testIdentity(
  arn: string,
  secretAccessKey: string,
  may: (action: string, resource: string) => boolean = () => true,
): Identity {
  return {
    arn,
    secretAccessKey,
    principals: [`AWS:${arn}`],
    context: contextOf({ "aws:principalarn": arn }),
    decide: ({ action, resource }) => (may(action, resource) ? "allow" : "none"),
    unjudged: () => undefined,
  };
}

export interface ToSign {
  readonly service: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly method: string;
  /** Path and query as they go over the wire. */
  readonly target: string;
  readonly body?: string;
  /** All are signed; `host` must be among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** Default: now. */
  readonly at?: Date;
}

/** The headers of a request as an SDK sends it. */
export function signedHeaders(request: ToSign): Record<string, string> {
  const { service, method, target, body = "", sessionToken, at = new Date() } = request;
  const stamp = at.toISOString().replace(/[-:]|\.\d+/g, "");
  const scope = `${stamp.slice(0, 8)}/eu-central-1/${service}/aws4_request`;
  const headers: Record<string, string> = {
    "x-amz-date": stamp,
    ...(service === "s3" ? { "x-amz-content-sha256": sha256(body) } : {}),
    ...(sessionToken === undefined ? {} : { "x-amz-security-token": sessionToken }),
    ...request.headers,
  };
  const names = Object.keys(headers).sort();
  const payload = headers["x-amz-content-sha256"] ?? sha256(body);
  const signature = signatureOf(
    { method, target, headers, payload },
    { scope, signedHeaders: names },
    request.secretAccessKey,
  );
  const credential = `Credential=${request.accessKeyId}/${scope}`;
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names.join(";")}, Signature=${signature}`,
  };
}

/** Sends a request that is signed as an SDK signs it. `sent`: another body than the signed one. */
export async function fetchSigned(
  url: string,
  {
    sent,
    ...request
  }: Omit<ToSign, "target" | "headers"> & {
    readonly headers?: Readonly<Record<string, string>>;
    readonly sent?: string;
  },
): Promise<Response> {
  const { host, pathname, search } = new URL(url);
  // fetch sets Host itself.
  const { host: _host, ...headers } = signedHeaders({
    ...request,
    target: `${pathname}${search}`,
    headers: { ...request.headers, host },
  });
  const body = sent ?? request.body;
  return fetch(url, { method: request.method, headers, ...(body === undefined ? {} : { body }) });
}
