import type * as aws from "@pulumi/aws";
import type { ViewerProtocol } from "./viewer.ts";

/** Two years: https://hstspreload.org asks for one at least. */
const TWO_YEARS = 63_072_000;

/**
 * The app sets its own policies on every answer, and what it says holds (`override: false`): each header goes out
 * once. These are for what is not the app's: files out of the bucket, and the page for 502–504.
 * Strict-Transport-Security is the edge's alone, and has no place where viewers come by http.
 */
export function responseHeadersArgs(
  viewerProtocol: ViewerProtocol,
): aws.cloudfront.ResponseHeadersPolicyArgs {
  return {
    comment: "Security headers",
    securityHeadersConfig: {
      contentSecurityPolicy: {
        contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
        override: false,
      },
      contentTypeOptions: { override: false },
      frameOptions: { frameOption: "DENY", override: false },
      referrerPolicy: { referrerPolicy: "no-referrer", override: false },
      ...(viewerProtocol === "redirect-to-https"
        ? {
            strictTransportSecurity: {
              accessControlMaxAgeSec: TWO_YEARS,
              includeSubdomains: true,
              override: true,
            },
          }
        : {}),
    },
  };
}
