/** The load balancer's own answers, as ALB words them, with its `Server` header. */
const REASONS = {
  400: "Bad Request",
  408: "Request Time-out",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Temporarily Unavailable",
  504: "Gateway Time-out",
} as const;

/** Marks HAProxy's 503 for a failed connection on its way to becoming ALB's 502 or 504; never sent. */
export const CONNECTION_FAILED = "x-twinstack-connection-failed";

/** File name → a whole HTTP response, the form HAProxy's `errorfile` reads. */
export function errorPages(): ReadonlyMap<string, string> {
  const pages = new Map<string, string>();
  for (const [status, reason] of Object.entries(REASONS)) {
    pages.set(`${status}.http`, response(`${status} ${reason}`, []));
  }
  pages.set("connection-failed.http", response(`502 ${REASONS[502]}`, [`${CONNECTION_FAILED}: 1`]));
  return pages;
}

/** The statuses HAProxy itself answers with. */
export function ownStatuses(): readonly string[] {
  return Object.keys(REASONS);
}

/** An ALB page: `title` is the status line's code and reason. */
export function page(title: string): string {
  return [
    "<html>",
    `<head><title>${title}</title></head>`,
    "<body>",
    `<center><h1>${title}</h1></center>`,
    "</body>",
    "</html>",
    "",
  ].join("\r\n");
}

function response(title: string, extra: readonly string[]): string {
  const body = page(title);
  return [
    `HTTP/1.1 ${title}`,
    "Server: awselb/2.0",
    "Content-Type: text/html",
    `Content-Length: ${body.length}`,
    ...extra,
    "",
    body,
  ].join("\r\n");
}
