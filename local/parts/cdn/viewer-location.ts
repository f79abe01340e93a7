/** The outer half of a behaviour: methods, cache, headers and compression, before the origin is asked. */
import { indent, literal, template } from "./nginx-text.ts";
import { behaviourSocket, VERSION_HEADER } from "./origin-server.ts";
import { cookiePart, headerKey, queryPart } from "./request-parts.ts";
import { edgeHeaders, policyHeaders } from "./response-headers.ts";
import type { Behaviour, CachePolicy, ErrorResponse, Site } from "./site.ts";

/** Statuses that never leave: no origin says them, so error_page tells them from an origin's own 403. */
export const NOT_ALLOWED_METHOD = 597;
export const BLOCKED = 598;

/** What CloudFront compresses, of 1,000 bytes and more. It does so with brotli too, which this nginx has not. */
const COMPRESSED_TYPES = [
  "application/dash+xml",
  "application/eot",
  "application/font",
  "application/font-sfnt",
  "application/javascript",
  "application/json",
  "application/manifest+json",
  "application/opentype",
  "application/otf",
  "application/pdf",
  "application/pkcs7-mime",
  "application/protobuf",
  "application/rss+xml",
  "application/truetype",
  "application/ttf",
  "application/vnd.apple.mpegurl",
  "application/vnd.ms-fontobject",
  "application/wasm",
  "application/xhtml+xml",
  "application/xml",
  "application/x-font-opentype",
  "application/x-font-truetype",
  "application/x-font-ttf",
  "application/x-httpd-cgi",
  "application/x-javascript",
  "application/x-mpegurl",
  "application/x-opentype",
  "application/x-otf",
  "application/x-perl",
  "application/x-ttf",
  "font/eot",
  "font/opentype",
  "font/otf",
  "font/ttf",
  "image/svg+xml",
  "text/css",
  "text/csv",
  "text/javascript",
  "text/js",
  "text/plain",
  "text/richtext",
  "text/tab-separated-values",
  "text/xml",
  "text/x-component",
  "text/x-java-source",
  "text/x-script",
  "vnd.apple.mpegurl",
];

function compression({ compress, cache }: Behaviour): readonly string[] {
  if (!compress || cache?.encodings.includes("gzip") !== true) return ["gzip off;"];
  return [
    "gzip on;",
    "gzip_proxied any;",
    "gzip_vary on;",
    "gzip_min_length 1000;",
    "gzip_http_version 1.0;",
    `gzip_types ${COMPRESSED_TYPES.join(" ")};`,
  ];
}

/**
 * Requests that wait for the same object share one answer, as CloudFront collapses them. nginx wakes the waiting ones by a
 * timer, not by the answer: where answers may turn out not to be cacheable they wait 20 ms and then ask for themselves.
 */
function collapsing({ ttl }: CachePolicy): readonly string[] {
  const wait = ttl.min > 0 ? "5s" : "20ms";
  return ["proxy_cache_lock on;", `proxy_cache_lock_timeout ${wait};`, "proxy_cache_lock_age 5s;"];
}

/** The key's first line is what an invalidation names; breaks between the parts, which no request holds. */
function caching(
  name: string,
  cache: CachePolicy,
): { readonly maps: readonly string[]; readonly lines: readonly string[] } {
  const query = queryPart(`${name}_key`, cache.key.query);
  const cookies = cookiePart(`${name}_key`, cache.key.cookies);
  const encoding = cache.encodings.length > 0 ? `$encoding_${cache.encodings.join("_")}` : "";
  const key = [`$raw_path?${query.value}`, cookies.value, encoding, headerKey(cache.key.headers)].join("\n");
  return {
    maps: [...query.maps, ...cookies.maps],
    lines: [
      "proxy_cache edge;",
      `proxy_cache_key ${template(key)};`,
      "proxy_cache_methods GET HEAD;",
      "proxy_cache_revalidate on;",
      // What is kept whole is given in parts, whether or not the origin would.
      "proxy_force_ranges on;",
      // What has expired is shown while the origin fails, as CloudFront does.
      "proxy_cache_use_stale error timeout http_500 http_502 http_503 http_504;",
      "proxy_cache_bypass $http_upgrade;",
      "proxy_no_cache $http_upgrade;",
      ...collapsing(cache),
    ],
  };
}

export function errorLocation(code: number): string {
  return `@error_${code}`;
}

const generated = (status: number, location: string, errors: readonly ErrorResponse[]): string => {
  const custom = errors.find(({ code, page }) => code === 403 && page !== undefined);
  return custom?.page === undefined
    ? `error_page ${status} =403 ${location};`
    : `error_page ${status} =${custom.page.status} ${errorLocation(403)};`;
};

/** Pages for the edge's own refusals, and for the origin's errors where the distribution has some. */
export function errorPageLines({ errors }: Site): readonly string[] {
  const pages = errors.flatMap(({ code, page }) =>
    page === undefined ? [] : [`error_page ${code} =${page.status} ${errorLocation(code)};`],
  );
  return [
    ...(pages.length > 0 ? ["proxy_intercept_errors on;"] : []),
    ...pages,
    generated(NOT_ALLOWED_METHOD, "@not_allowed", errors),
    generated(BLOCKED, "@blocked", errors),
  ];
}

/** To the inner half, with what it cannot know by itself. */
export const TO_INNER: readonly string[] = [
  "proxy_http_version 1.1;",
  "proxy_set_header Host $http_host;",
  "proxy_set_header Upgrade $http_upgrade;",
  "proxy_set_header Connection $inner_connection;",
  "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
  'proxy_set_header X-Twinstack-Viewer "$remote_addr:$remote_port";',
  "proxy_set_header X-Amz-Cf-Id $request_id;",
  "proxy_next_upstream off;",
  // The inner half keeps the origin's times; these only have to be longer.
  "proxy_connect_timeout 5s;",
  "proxy_read_timeout 600s;",
  "proxy_send_timeout 600s;",
  "proxy_ignore_headers Cache-Control Set-Cookie Vary X-Accel-Redirect X-Accel-Limit-Rate X-Accel-Buffering X-Accel-Charset;",
  "proxy_pass_header Date;",
  "proxy_pass_header Server;",
];

/** A path pattern as CloudFront reads it: `*` and `?` alone, case matters, the leading slash may be left out. */
export function patternRegex(pattern: string): string {
  const path = pattern.startsWith("/") || pattern.startsWith("*") ? pattern : `/${pattern}`;
  return `^${path
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".")}$`;
}

/** Maps and location of the behaviour with this index. */
export function viewerLocation(
  site: Site,
  behaviour: Behaviour,
  index: number,
  version: string,
): { maps: string; location: string } {
  const name = `b${index}`;
  const policy = policyHeaders(name, behaviour.headers);
  const cache =
    behaviour.cache === undefined
      ? { maps: [], lines: ["proxy_buffering off;"] }
      : caching(name, behaviour.cache);
  const lines = [
    `if ($request_method !~ "^(?:${behaviour.methods.join("|")})$") { return ${NOT_ALLOWED_METHOD}; }`,
    `proxy_pass http://unix:${behaviourSocket(index)}:;`,
    ...TO_INNER,
    `proxy_set_header ${VERSION_HEADER} ${literal(version)};`,
    ...cache.lines,
    ...compression(behaviour),
    ...policy.lines,
    ...edgeHeaders(site, behaviour.headers),
    ...errorPageLines(site),
  ];
  const match = behaviour.pattern === undefined ? "/" : `~ ${literalRegex(behaviour.pattern)}`;
  return {
    maps: [...cache.maps, ...policy.maps].join("\n"),
    location: [`location ${match} {`, indent(lines.join("\n")), "}"].join("\n"),
  };
}

/** In quotes: braces and semicolons would end the directive. */
function literalRegex(pattern: string): string {
  return `"${patternRegex(pattern).replace(/["\\]/g, "\\$&")}"`;
}
