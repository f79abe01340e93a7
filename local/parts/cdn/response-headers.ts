/** What the outer half does to an answer's headers: a response headers policy, and the edge's own. */
import { FETCHED_HEADER, SAID_HEADER } from "./origin-server.ts";
import { escapeRegex, literal, map, originHeader, template } from "./nginx-text.ts";
import type { Cors, HeaderRule, ResponseHeaders, Site } from "./site.ts";

interface Lines {
  readonly maps: readonly string[];
  readonly lines: readonly string[];
}

/** The origin's header is hidden and, where it wins, put back: that way each goes out once. */
function setHeader(name: string, { name: header, value, override }: HeaderRule, index: number): Lines {
  const hide = `proxy_hide_header ${header};`;
  if (override) return { maps: [], lines: [hide, `add_header ${header} ${literal(value)} always;`] };
  const variable = `$${name}_header_${index}`;
  const given = originHeader(header.toLowerCase() === "cache-control" ? SAID_HEADER : header);
  const choice = map(given, variable, [
    ["default", given],
    ['""', literal(value)],
  ]);
  return { maps: [choice], lines: [hide, `add_header ${header} ${variable} always;`] };
}

/** Headers are added to an answer to an allowed Origin; without `override` only where the origin answered none of them. */
function cors(name: string, { origins, headers, override }: Cors): Lines {
  const origin = `$${name}_cors`;
  const given = originHeader("Access-Control-Allow-Origin");
  const patterns = origins.map((allowed) =>
    allowed === "*"
      ? (['"~."', headers.has("Access-Control-Allow-Credentials") ? "$http_origin" : '"*"'] as const)
      : ([template(`~^${escapeRegex(allowed).replaceAll("\\*", "[^/]+")}$`), "$http_origin"] as const),
  );
  const allowed = map("$http_origin", `${origin}_allowed`, [["default", '""'], ...patterns]);
  // The origin's own answer wins as a whole.
  const chosen = map(
    template(override ? `|${origin}_allowed` : `${given}|${origin}_allowed`),
    `${origin}_origin`,
    [
      ["default", override ? '""' : given],
      [template(`~^\\|(?<${name}_cors_is>.+)$`), `$${name}_cors_is`],
    ],
  );
  const others = [...headers].map(([header, value], index) => {
    const variable = `${origin}_${index}`;
    const source = override ? `|${origin}_allowed` : `${given}|${origin}_allowed`;
    return {
      map: map(template(source), variable, [
        ["default", override ? '""' : originHeader(header)],
        ['"~^\\|."', literal(value)],
      ]),
      lines: [`proxy_hide_header ${header};`, `add_header ${header} ${variable} always;`],
    };
  });
  return {
    maps: [allowed, chosen, ...others.map((other) => other.map)],
    lines: [
      "proxy_hide_header Access-Control-Allow-Origin;",
      `add_header Access-Control-Allow-Origin ${origin}_origin always;`,
      ...others.flatMap((other) => other.lines),
    ],
  };
}

/** `name` is unique in the configuration. */
export function policyHeaders(name: string, policy: ResponseHeaders | undefined): Lines {
  if (policy === undefined) return { maps: [], lines: [] };
  const parts = [
    ...policy.set.map((rule, index) => setHeader(name, rule, index)),
    ...(policy.cors === undefined ? [] : [cors(name, policy.cors)]),
  ];
  return {
    maps: parts.flatMap(({ maps }) => maps),
    lines: [
      ...parts.flatMap(({ lines }) => lines),
      ...policy.remove.map((header) => `proxy_hide_header ${header};`),
    ],
  };
}

export const X_CACHE_MAP = map(template("$status:$upstream_cache_status"), "$x_cache", [
  ["default", literal("Miss from cloudfront")],
  ['"~^[45]"', literal("Error from cloudfront")],
  ['"~:HIT$"', literal("Hit from cloudfront")],
  ['"~:(?:REVALIDATED|STALE)$"', literal("RefreshHit from cloudfront")],
]);

/** On every answer. A policy may set Cache-Control for viewers: then the origin's is not said. */
export function edgeHeaders(site: Site, policy: ResponseHeaders | undefined): readonly string[] {
  const sets = (header: string): boolean =>
    [...(policy?.set ?? []).map(({ name }) => name), ...(policy?.remove ?? [])].some(
      (name) => name.toLowerCase() === header,
    );
  return [
    `proxy_hide_header ${SAID_HEADER};`,
    `proxy_hide_header ${FETCHED_HEADER};`,
    ...["X-Cache", "Age", "X-Amz-Cf-Id"].map((header) => `proxy_hide_header ${header};`),
    ...(sets("cache-control") ? [] : [`add_header Cache-Control ${originHeader(SAID_HEADER)} always;`]),
    "add_header X-Cache $x_cache always;",
    `add_header Via ${literal(`1.1 ${site.domainName} (CloudFront)`)} always;`,
    "add_header X-Amz-Cf-Id $request_id always;",
    "add_header Age $age always;",
  ];
}
