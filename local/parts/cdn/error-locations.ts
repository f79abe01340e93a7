import { generatedPage } from "./error-pages.ts";
import { indent, literal } from "./nginx-text.ts";
import { behaviourSocket } from "./origin-server.ts";
import { edgeHeaders, policyHeaders } from "./response-headers.ts";
import type { ErrorResponse, Site } from "./site.ts";
import { errorLocation, patternRegex, TO_INNER } from "./viewer-location.ts";

/** The behaviour that a path falls to. */
export function behaviourOf(site: Site, path: string): number {
  const found = site.behaviours.findIndex(
    ({ pattern }) => pattern === undefined || new RegExp(patternRegex(pattern)).test(path),
  );
  return found < 0 ? site.behaviours.length - 1 : found;
}

function block(name: string, lines: readonly string[]): string {
  return [`location ${name} {`, indent(lines.join("\n")), "}"].join("\n");
}

/** Got from the origin that the page's own path belongs to, always by GET; a page that is not there becomes the edge's own. */
function customPage(site: Site, { code, page }: ErrorResponse): readonly string[] {
  if (page === undefined) return [];
  const index = behaviourOf(site, page.path);
  const policy = policyHeaders(`e${code}`, site.behaviours[index]?.headers);
  const name = errorLocation(code);
  const lines = [
    `set $error_page_path ${literal(page.path)};`,
    `proxy_pass http://unix:${behaviourSocket(index)}:$error_page_path;`,
    "proxy_method GET;",
    "proxy_pass_request_body off;",
    'proxy_set_header Content-Length "";',
    ...TO_INNER.filter((line) => !/ (Upgrade|Connection) /.test(line)),
    "proxy_intercept_errors on;",
    "recursive_error_pages on;",
    `error_page 400 401 403 404 405 500 501 502 503 504 =${page.status} ${name}_plain;`,
    ...policy.lines,
    ...edgeHeaders(site, site.behaviours[index]?.headers),
  ];
  return [block(name, lines), generatedAt(site, `${name}_plain`, code)];
}

function generatedAt(site: Site, name: string, status: number): string {
  const shown = status === 405 ? 403 : status;
  const headers = edgeHeaders(site, undefined).filter(
    (line) => line.startsWith("add_header X-") || line.startsWith("add_header Via"),
  );
  return block(name, [
    "default_type text/html;",
    ...headers,
    `return ${shown} ${literal(generatedPage(status))};`,
  ]);
}

/** Everything error_page leads to. */
export function errorLocations(site: Site): readonly string[] {
  return [
    ...site.errors.flatMap((error) => customPage(site, error)),
    generatedAt(site, "@not_allowed", 405),
    generatedAt(site, "@blocked", 403),
  ];
}

/** Maps of the custom pages' policies. */
export function errorMaps(site: Site): readonly string[] {
  return site.errors.flatMap(({ code, page }) =>
    page === undefined
      ? []
      : policyHeaders(`e${code}`, site.behaviours[behaviourOf(site, page.path)]?.headers).maps,
  );
}
