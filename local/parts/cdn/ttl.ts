/**
 * How long an answer is kept, as CloudFront decides it, in nginx's maps.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
 *
 * Known difference: an `Expires` header without Cache-Control is taken as it is, not clamped to the policy's times.
 */
import { map, template } from "./nginx-text.ts";
import type { ErrorResponse, Ttl } from "./site.ts";

/** A regular expression of the whole numbers from 0 to `most`, without leading zeros. */
export function atMost(most: number): string {
  const digits = String(most);
  const any = (count: number): string => (count === 0 ? "" : `\\d{${count}}`);
  const same = Array.from(digits).flatMap((digit, index) => {
    const rest = digits.length - index - 1;
    return digit === "0" ? [] : [`${digits.slice(0, index)}[0-${Number(digit) - 1}]${any(rest)}`];
  });
  const shorter = digits.length > 1 ? [`\\d{1,${digits.length - 1}}`] : [];
  return [...shorter, ...same, digits].join("|");
}

/** What the origin says: "no" (no-store, no-cache, private), seconds (s-maxage before max-age), or nothing. */
export const CACHE_CONTROL_MAP = map("$upstream_http_cache_control", "$said_ttl", [
  ["default", '""'],
  ['"~*(?:^|[,\\s])(?:no-store|no-cache|private)(?:[\\s,=]|$)"', "no"],
  ['"~*(?:^|[,\\s])s-maxage=\\"?0*(?<said_shared>\\d{1,10})"', "$said_shared"],
  ['"~*(?:^|[,\\s])max-age=\\"?0*(?<said_max>\\d{1,10})"', "$said_max"],
]);

/** Errors that are kept for the error caching time whatever the origin says. */
const ALWAYS = [404, 405, 414, 416, 500, 501, 502, 503, 504];
/** Errors that are kept only when the origin says for how long. */
const WHEN_SAID = [400, 403, 412, 415];
/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html */
export const DEFAULT_ERROR_TTL = 10;

function clamp(variable: string, { min, default: unsaid, max }: Ttl, forbidden: number): string {
  const low = min > 0 ? [[`"~^(?:${atMost(min - 1)})\\|"`, String(min)] as const] : [];
  return map(template("$said_ttl|$upstream_http_expires"), variable, [
    ["default", String(max)],
    ['"|"', String(unsaid)],
    ['"~^no\\|"', String(forbidden)],
    // Left to nginx, which reads the date.
    ['"~^\\|."', '""'],
    ...low,
    [`"~^(?:${atMost(max)})\\|"`, "$said_ttl"],
  ]);
}

/** Maps that end in `$<name>`: seconds to keep the origin's answer, 0 for not at all. */
export function ttlMaps(name: string, ttl: Ttl, errors: readonly ErrorResponse[]): string {
  const minTtlOf = (code: number): number =>
    errors.find((error) => error.code === code)?.minTtl ?? DEFAULT_ERROR_TTL;
  const errorTtl = (least: number): Ttl => ({ min: least, default: least, max: Math.max(ttl.max, least) });
  const times = [...new Set([...ALWAYS, ...WHEN_SAID].map(minTtlOf))];
  return [
    clamp(`$${name}_ok`, { ...ttl, default: Math.min(Math.max(ttl.default, ttl.min), ttl.max) }, ttl.min),
    ...times.flatMap((least) => [
      clamp(`$${name}_error_${least}`, errorTtl(least), least),
      clamp(`$${name}_said_error_${least}`, { ...errorTtl(least), default: 0 }, 0),
    ]),
    map("$upstream_status", `$${name}`, [
      ["default", "0"],
      ['"~^[23]"', `$${name}_ok`],
      ...ALWAYS.map((code) => [String(code), `$${name}_error_${minTtlOf(code)}`] as const),
      ...WHEN_SAID.map((code) => [String(code), `$${name}_said_error_${minTtlOf(code)}`] as const),
    ]),
  ].join("\n");
}
