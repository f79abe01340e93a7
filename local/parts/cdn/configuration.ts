/** A distribution's nginx.conf. Paths are relative: nginx runs in its own folder, whose parents its workers may not enter. */
import { ACCESS_LOG, logFormat } from "./access-log.ts";
import { ageMaps } from "./age.ts";
import { errorLocations, errorMaps } from "./error-locations.ts";
import { firewallLines, firewallMaps } from "./firewall.ts";
import { indent, literal, map, originHeader } from "./nginx-text.ts";
import { FETCHED_HEADER, originServer, upstream } from "./origin-server.ts";
import { X_CACHE_MAP } from "./response-headers.ts";
import type { Site } from "./site.ts";
import { CACHE_CONTROL_MAP } from "./ttl.ts";
import { errorPageLines, viewerLocation } from "./viewer-location.ts";

export const AGE_FILE = "age.conf";
export const CACHE_FOLDER = "cache";
export const STATUS_SOCKET = "status.sock";

/** Accept-Encoding in the few forms that a cache key knows. */
const ENCODING_MAPS = [
  map("$http_accept_encoding", "$encoding_br", [
    ["default", '""'],
    ['"~*(?:^|,)\\s*br(?!\\s*;\\s*q=0(?:\\.0*)?(?:,|$))"', "br"],
  ]),
  map("$http_accept_encoding", "$encoding_gzip", [
    ["default", '""'],
    ['"~*(?:^|,)\\s*(?:gzip|\\*)(?!\\s*;\\s*q=0(?:\\.0*)?(?:,|$))"', "gzip"],
  ]),
  map('"$encoding_br,$encoding_gzip"', "$encoding_br_gzip", [
    ["default", "br,gzip"],
    ['","', '""'],
    ['"br,"', "br"],
    ['",gzip"', "gzip"],
  ]),
];

const CONNECTION_MAPS = [
  map("$http_upgrade", "$inner_connection", [
    ["default", "upgrade"],
    ['""', "close"],
  ]),
  map("$http_upgrade", "$origin_connection", [
    ["default", "upgrade"],
    ['""', '""'],
  ]),
];

/** The path as it came, undecoded, without the query string. */
function rawPath({ rootObject }: Site): string {
  return map("$request_uri", "$raw_path", [
    ["default", "$request_uri"],
    ...(rootObject === undefined ? [] : [['"~^/(?:\\?|$)"', literal(rootObject)] as const]),
    ['"~^(?<raw_path_is>[^?]*)"', "$raw_path_is"],
  ]);
}

/** Marks a behaviour's pieces, so that what was changed by hand can be said to be this behaviour's. */
export function mark(name: string, text: string): string {
  return [`# > ${name}`, text, `# < ${name}`].join("\n");
}

function viewerServer(site: Site, locations: readonly string[]): string {
  const lines = [
    `listen 127.0.0.1:${site.port};`,
    ...(site.firewall === undefined ? [] : firewallLines(site.firewall)),
    ...errorPageLines(site).filter((line) => line.startsWith("error_page 59")),
    ...(site.log === undefined ? [] : [`access_log ${ACCESS_LOG} cloudfront buffer=32k flush=1s;`]),
    ...(site.rootObject === undefined ? [] : [`location = / { rewrite ^ ${site.rootObject} last; }`]),
    ...locations,
    ...errorLocations(site),
  ];
  return ["server {", indent(lines.join("\n")), "}"].join("\n");
}

/** Four connections a request: the viewer's, the two ends between the halves, the origin's. */
const HEAD = `daemon off;
pid nginx.pid;
user www-data;
worker_processes 2;
worker_rlimit_nofile 65536;
worker_shutdown_timeout 60s;
error_log stderr warn;
events {
  worker_connections 16384;
}`;

/** Viewers keep their connections; what CloudFront bounds (32 KiB of headers, 20 GB of body) is not bounded tighter. */
const SETTINGS = `server_tokens off;
merge_slashes off;
underscores_in_headers on;
large_client_header_buffers 4 32k;
client_max_body_size 0;
proxy_request_buffering off;
proxy_buffers 8 16k;
proxy_buffer_size 32k;
proxy_busy_buffers_size 64k;
keepalive_timeout 75s;
keepalive_requests 1000000;
reset_timedout_connection on;
access_log off;
map_hash_bucket_size 256;
map_hash_max_size 4096;
variables_hash_max_size 4096;
variables_hash_bucket_size 128;
proxy_headers_hash_max_size 2048;
proxy_headers_hash_bucket_size 128;
client_body_temp_path temporary/body;
proxy_temp_path temporary/proxy;
fastcgi_temp_path temporary/fastcgi;
scgi_temp_path temporary/scgi;
uwsgi_temp_path temporary/uwsgi;
proxy_cache_path ${CACHE_FOLDER} levels=1:2 keys_zone=edge:2m max_size=256m inactive=24h use_temp_path=off;
geo $dollar { default "$"; }`;

/** `version` is what the status socket answers: it tells whether a reload is done. The two halves know each other by it. */
export function configuration(site: Site, version: string): string {
  const behaviours = site.behaviours.map((behaviour, index) => {
    const origin = originServer(site, behaviour, index, version);
    const viewer = viewerLocation(site, behaviour, index, version);
    const name = behaviour.pattern ?? "default";
    return {
      before: mark(name, [origin.maps, viewer.maps, origin.server].filter((text) => text !== "").join("\n")),
      location: mark(name, viewer.location),
    };
  });
  const origins = [...new Map(site.behaviours.map(({ origin }) => [origin.name, origin])).values()];
  const http = [
    SETTINGS,
    ...ENCODING_MAPS,
    ...CONNECTION_MAPS,
    rawPath(site),
    CACHE_CONTROL_MAP,
    X_CACHE_MAP,
    `include ${AGE_FILE};`,
    ...(site.log === undefined ? [] : [logFormat(site.domainName, site.log.cookies)]),
    ...(site.firewall === undefined ? [] : [firewallMaps(site.firewall)]),
    ...errorMaps(site),
    ...origins.map(upstream),
    ...behaviours.map(({ before }) => before),
    viewerServer(
      site,
      behaviours.map(({ location }) => location),
    ),
    `server { listen unix:${STATUS_SOCKET}; return 200 ${literal(version)}; }`,
  ];
  return [HEAD, "http {", indent(http.join("\n")), "}", ""].join("\n");
}

/** Kept apart for its length. */
export function ageFile(): string {
  return `${ageMaps(originHeader(FETCHED_HEADER))}\n`;
}
