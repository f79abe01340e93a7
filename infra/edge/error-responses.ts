import type * as aws from "@pulumi/aws";
import type { AssetsSource } from "./behaviours.ts";
import { UNAVAILABLE_PATH } from "./unavailable-page.ts";

/** Every status whose caching CloudFront lets one set:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html */
export const ERROR_CODES = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

/** What the load balancer answers for want of a target, and not the app. */
const UNAVAILABLE_CODES = [502, 503, 504];

/**
 * No error is kept (CloudFront's own default is ten seconds): after a switch or a repair the next request sees it. The
 * page is the bucket's, the status stays; a client of the API that expects JSON gets it too, since CloudFront has
 * no error page by path.
 */
export function customErrorResponses(
  assetsFrom: AssetsSource,
): aws.types.input.cloudfront.DistributionCustomErrorResponse[] {
  return ERROR_CODES.map((errorCode) => ({
    errorCode,
    errorCachingMinTtl: 0,
    ...(assetsFrom === "bucket" && UNAVAILABLE_CODES.includes(errorCode)
      ? { responseCode: errorCode, responsePagePath: UNAVAILABLE_PATH }
      : {}),
  }));
}
