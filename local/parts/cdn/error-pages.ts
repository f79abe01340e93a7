/** Pages of the edge's own, in the tone of CloudFront's. */
const REASONS: Readonly<Record<number, readonly [string, string]>> = {
  403: ["403 ERROR", "Request blocked."],
  405: [
    "403 ERROR",
    "This distribution is not configured to allow the HTTP request method that was used for this request.",
  ],
  502: ["502 ERROR", "The origin closed the connection, or could not be reached."],
  504: ["504 ERROR", "The origin did not answer in time."],
};

/** 405 is for a method that is not allowed: CloudFront answers it with 403 too. */
export function generatedPage(status: number): string {
  const [title, text] = REASONS[status] ?? [`${status} ERROR`, ""];
  return `<html><head><title>ERROR: The request could not be satisfied</title></head><body><h1>${title}</h1><h2>The request could not be satisfied.</h2><p>${text}</p></body></html>`;
}
