import type { IncomingMessage, RequestListener } from "node:http";

import { CLOUDFRONT_VERSION } from "../parts/cdn/api.ts";

/** The AWS services of which some calls are answered over HTTP, at one address. */
export interface AwsListeners {
  readonly cloudfront: RequestListener;
  readonly elasticloadbalancing: RequestListener;
  readonly s3: RequestListener;
}

/** Each of the three by what only it sends: CloudFront a version as path, the Query API all to `/`, S3 the rest. */
function serviceOf({ headers, url = "/" }: IncomingMessage): keyof AwsListeners {
  if (url.startsWith(CLOUDFRONT_VERSION)) return "cloudfront";
  const signedFor = /\/([\w-]+)\/aws4_request/.exec(headers.authorization ?? "")?.[1];
  return /^\/(?:\?|$)/.test(url) && signedFor !== "s3" ? "elasticloadbalancing" : "s3";
}

export function dispatchAws(listeners: AwsListeners): RequestListener {
  return (request, response) => listeners[serviceOf(request)](request, response);
}
