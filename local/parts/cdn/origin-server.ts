/**
 * The inner half of a behaviour: a server on a socket that asks the origin. What it adds for the outer half, which caches:
 * `X-Accel-Expires` (how long), and the origin's own Cache-Control under another name, so that nginx's own rules
 * (private, Set-Cookie, Vary) have no say.
 */
import { SIGNED_HEADER } from "../s3/origin.ts";
import { generatedPage } from "./error-pages.ts";
import { indent, literal, map, originHeader, requestHeader, template } from "./nginx-text.ts";
import { cookiePart, queryPart, withQuestionMark } from "./request-parts.ts";
import { takes } from "./selection.ts";
import type { Behaviour, Origin, Selections, Site } from "./site.ts";
import { ttlMaps } from "./ttl.ts";

/** Headers between the two halves; none of them leaves. */
export const SAID_HEADER = "X-Twinstack-Cache-Control";
export const FETCHED_HEADER = "X-Twinstack-Fetched";
/** Version of the configuration that the outer half made its key by. */
export const VERSION_HEADER = "X-Twinstack-Version";

export function behaviourSocket(index: number): string {
  return `behaviour-${index}.sock`;
}

/** Set by CloudFront in every origin request. */
function ownHeaders(site: Site): readonly (readonly [string, string])[] {
  return [
    ["X-Amz-Cf-Id", "$http_x_amz_cf_id"],
    ["Via", template(`1.1 ${site.domainName} (CloudFront)`)],
    ["X-Forwarded-For", "$http_x_forwarded_for"],
    ["Upgrade", "$http_upgrade"],
    ["Connection", "$origin_connection"],
  ];
}

/** Of the headers that CloudFront can add, what a request on loopback can tell. */
export const CLOUDFRONT_HEADERS: ReadonlyMap<string, string> = new Map([
  ["cloudfront-forwarded-proto", "http"],
  ["cloudfront-viewer-address", "$http_x_twinstack_viewer"],
  ["cloudfront-viewer-http-version", "1.1"],
]);

function hostHeader({ headers }: Selections, { domainName, bucket }: Origin): string {
  return takes(headers, "host") && !bucket ? "$http_host" : literal(domainName);
}

/** Accept-Encoding is normalised when the cache policy says so; else it is a header like the others. */
function encodingHeader({ cache, forward }: Behaviour): string {
  if (cache !== undefined && cache.encodings.length > 0) return `$encoding_${cache.encodings.join("_")}`;
  return takes(forward.headers, "accept-encoding") ? "$http_accept_encoding" : '""';
}

/** Everything set explicitly: of a header sent twice the origin gets the first, which is the one in the key. */
function requestHeaders(site: Site, behaviour: Behaviour, cookies: string): readonly string[] {
  const { forward, origin, cache } = behaviour;
  const lines = new Map<string, string>();
  const set = (name: string, value: string): void => void lines.set(name.toLowerCase(), `${name} ${value}`);
  const passing = forward.headers.take === "all" || forward.headers.take === "except";
  if (!passing) {
    set("User-Agent", literal("Amazon CloudFront"));
    for (const name of ["Content-Type", "If-None-Match", "If-Modified-Since"]) set(name, requestHeader(name));
    if (cache === undefined) for (const name of ["Range", "If-Range"]) set(name, requestHeader(name));
  }
  const named = [forward.headers, cache?.key.headers].flatMap((from) =>
    from?.take === "only" ? from.names : [],
  );
  for (const name of named) set(name, CLOUDFRONT_HEADERS.get(name.toLowerCase()) ?? requestHeader(name));
  if (forward.headers.take === "except") for (const name of forward.headers.names) set(name, '""');
  set("Accept-Encoding", encodingHeader(behaviour));
  set("Cookie", cookies === "" ? '""' : cookies);
  set("Host", hostHeader(forward, origin));
  for (const [name, value] of ownHeaders(site)) set(name, value);
  for (const { name, value } of origin.headers) set(name, literal(value));
  set("X-Twinstack-Viewer", '""');
  set(VERSION_HEADER, '""');
  set(SIGNED_HEADER, origin.signed ? "1" : '""');
  return [
    `proxy_pass_request_headers ${passing ? "on" : "off"};`,
    ...[...lines.values()].map((line) => `proxy_set_header ${line};`),
  ];
}

/** For the outer half. In this order: nginx takes X-Accel-Expires before the Expires that comes after it. */
function answerHeaders(name: string): readonly string[] {
  return [
    `add_header X-Accel-Expires $${name}_kept always;`,
    `add_header Expires ${originHeader("Expires")} always;`,
    `add_header ${SAID_HEADER} ${originHeader("Cache-Control")} always;`,
    `add_header ${FETCHED_HEADER} $msec always;`,
  ];
}

/**
 * While a reload is under way either half may speak to the other of before: the origin was then asked by other rules than
 * those the key was made by, and the answer must not be found under it.
 */
function keptForOwnHalf(name: string, version: string): string {
  return map(requestHeader(VERSION_HEADER), `$${name}_kept`, [
    ["default", "0"],
    [literal(version), `$${name}_ttl`],
  ]);
}

/** Maps and server of the behaviour with this index. */
export function originServer(
  site: Site,
  behaviour: Behaviour,
  index: number,
  version: string,
): { maps: string; server: string } {
  const name = `b${index}`;
  const { origin, forward, cache } = behaviour;
  const query = withQuestionMark(`${name}_sent`, queryPart(`${name}_sent`, forward.query));
  const cookies = cookiePart(`${name}_sent`, forward.cookies);
  const ttl =
    cache === undefined
      ? map("$upstream_status", `$${name}_ttl`, [["default", "0"]])
      : ttlMaps(`${name}_ttl`, cache.ttl, site.errors);
  const lines = [
    `proxy_pass http://${origin.name}${origin.path}$raw_path${query.value};`,
    "proxy_http_version 1.1;",
    "proxy_request_buffering off;",
    "proxy_buffering off;",
    // A second origin, or a second try, would hide what the first one did.
    "proxy_next_upstream off;",
    `proxy_connect_timeout ${origin.connectTimeout}s;`,
    `proxy_read_timeout ${origin.readTimeout}s;`,
    `proxy_send_timeout ${origin.readTimeout}s;`,
    ...requestHeaders(site, behaviour, cookies.value),
    // The origin does not steer this nginx, and its times go to the outer half by other names.
    "proxy_ignore_headers X-Accel-Redirect X-Accel-Expires X-Accel-Limit-Rate X-Accel-Buffering X-Accel-Charset;",
    "proxy_hide_header Cache-Control;",
    "proxy_hide_header Expires;",
    // Who never sees a cookie of the viewer's gives none either.
    ...(forward.cookies.take === "none" ? ["proxy_hide_header Set-Cookie;"] : []),
    "proxy_pass_header Date;",
    "proxy_pass_header Server;",
    ...answerHeaders(name),
    "error_page 502 = @unreachable;",
    "error_page 504 = @silent;",
  ];
  const failed = (location: string, status: number): string =>
    [
      `location @${location} {`,
      indent(
        [
          "default_type text/html;",
          ...answerHeaders(name),
          `return ${status} ${literal(generatedPage(status))};`,
        ].join("\n"),
      ),
      "}",
    ].join("\n");
  const server = [
    "server {",
    // A socket whose queue is full refuses at once, and each request is a connection.
    indent(`listen unix:${behaviourSocket(index)} backlog=4096;`),
    indent(["location / {", indent(lines.join("\n")), "}"].join("\n")),
    indent(failed("unreachable", 502)),
    indent(failed("silent", 504)),
    "}",
  ].join("\n");
  return {
    maps: [...query.maps, ...cookies.maps, ttl, keptForOwnHalf(name, version)].join("\n"),
    server,
  };
}

/** The servers of an origin, by its name. Nobody answering to a name is CloudFront's 502: a socket that is not there. */
export function upstream({ name, servers, keepalive, bucket }: Origin): string {
  const lines = [
    ...(servers.length === 0
      ? ["server unix:no-origin.sock;"]
      : servers.map((server) => `server ${server} max_fails=0;`)),
    ...(bucket ? [] : ["keepalive 64;", `keepalive_timeout ${keepalive}s;`]),
  ];
  return [`upstream ${name} {`, indent(lines.join("\n")), "}"].join("\n");
}
