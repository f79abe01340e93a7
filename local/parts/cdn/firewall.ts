/**
 * The web ACL, before the cache. Addresses are those of the connection: X-Forwarded-For is what anyone may write.
 *
 * A rate-based rule is nginx's leaky bucket: as many requests at once as the limit, then as many a second as the limit has in
 * its window. AWS counts over the window every few seconds and refuses everything until the count has fallen; both
 * are rough, and over a long time let the same number through.
 */
import { indent, map, template } from "./nginx-text.ts";
import type { Firewall, RateLimit } from "./site.ts";
import { BLOCKED } from "./viewer-location.ts";

/** Room for about 16,000 addresses a rule. */
const ZONE_SIZE = "1m";

function geo(variable: string, ranges: readonly string[]): string {
  const lines = ["default 0;", ...ranges.map((range) => `${range} 1;`)];
  return [`geo $remote_addr ${variable} {`, indent(lines.join("\n")), "}"].join("\n");
}

/** Whole requests a minute, the finest that nginx takes; at least one. */
function rateOf({ limit, window }: RateLimit): number {
  return Math.max(1, Math.ceil((limit * 60) / window));
}

function zone({ after, ...rate }: RateLimit, index: number, { addresses }: Firewall): string {
  const before = addresses.slice(0, after);
  const allowed = before.flatMap(({ allow }, at) => {
    // Someone else's range may refuse first, but whom this allows is not counted any more.
    const first = before
      .slice(0, at)
      .map(() => "0")
      .join("");
    return allow ? [[template(`~^${first}1`), '""'] as const] : [];
  });
  const source = template(before.map((_, at) => `$waf_set_${at}`).join("") || "-");
  return [
    map(source, `$waf_rate_${index}`, [["default", "$binary_remote_addr"], ...allowed]),
    `limit_req_zone $waf_rate_${index} zone=waf_rate_${index}:${ZONE_SIZE} rate=${rateOf({ after, ...rate })}r/m;`,
  ].join("\n");
}

/** In front of the servers. */
export function firewallMaps(firewall: Firewall): string {
  const { addresses, rates, allow } = firewall;
  const sets = addresses.map(({ ranges }, index) => geo(`$waf_set_${index}`, ranges));
  const decisions = addresses.map(({ allow: admits }, index) => {
    const before = "0".repeat(index);
    return [template(`~^${before}1`), admits ? "allow" : "block"] as const;
  });
  const source = template(addresses.map((_, index) => `$waf_set_${index}`).join("") || "-");
  return [
    ...sets,
    map(source, "$waf_decision", [["default", allow ? "allow" : "block"], ...decisions]),
    ...rates.map((rate, index) => zone(rate, index, firewall)),
  ].join("\n");
}

/** In the server that viewers reach. */
export function firewallLines({ rates }: Firewall): readonly string[] {
  return [
    `if ($waf_decision = block) { return ${BLOCKED}; }`,
    ...rates.map(({ limit }, index) => `limit_req zone=waf_rate_${index} burst=${limit} nodelay;`),
    `limit_req_status ${BLOCKED};`,
    "limit_req_log_level info;",
  ];
}
