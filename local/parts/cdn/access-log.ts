import { map } from "./nginx-text.ts";

export const ACCESS_LOG = "access.log";

/** nginx has the time only whole; it runs in UTC, as CloudFront writes. */
const TIME_MAPS = [
  map("$time_iso8601", "$log_date", [
    ["default", "-"],
    ['"~^(?<log_date_is>[^T]+)T"', "$log_date_is"],
  ]),
  map("$time_iso8601", "$log_time", [
    ["default", "-"],
    ['"~T(?<log_time_is>[0-9:]{8})"', "$log_time_is"],
  ]),
  map('"$status:$upstream_cache_status"', "$log_result", [
    ["default", "Miss"],
    ['"~^[45]"', "Error"],
    ['"~:HIT$"', "Hit"],
    ['"~:(?:REVALIDATED|STALE)$"', "RefreshHit"],
  ]),
];

/**
 * The first fields of CloudFront's standard log, in its order, tabs between: date, time, x-edge-location, sc-bytes, c-ip,
 * cs-method, cs(Host), cs-uri-stem, sc-status, cs(Referer), cs(User-Agent), cs-uri-query, cs(Cookie),
 * x-edge-result-type, x-edge-request-id, x-host-header, cs-protocol, cs-bytes, time-taken, x-forwarded-for.
 * Here it is one file that grows, at AWS gzipped objects in the bucket.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
 */
export function logFormat(domainName: string, cookies: boolean): string {
  const fields = [
    "$log_date",
    "$log_time",
    "LOCAL",
    "$bytes_sent",
    "$remote_addr",
    "$request_method",
    domainName,
    "$raw_path",
    "$status",
    "$http_referer",
    "$http_user_agent",
    "$args",
    cookies ? "$http_cookie" : "-",
    "$log_result",
    "$request_id",
    "$http_host",
    "$scheme",
    "$request_length",
    "$request_time",
    "$http_x_forwarded_for",
  ];
  return [...TIME_MAPS, `log_format cloudfront '${fields.join("\\t")}';`].join("\n");
}
