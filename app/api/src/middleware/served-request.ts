import type { Request, Response } from "express";
import type { ServedRequest } from "../metrics.ts";

/** nginx's convention for a client that went away before its response was complete. */
const CLIENT_CLOSED_REQUEST = 499;

/** Calls back once, when the response is complete or the client has gone. */
export function whenServed(
  request: Request,
  response: Response,
  callback: (served: ServedRequest) => void,
): void {
  const begun = performance.now();
  response.once("close", () =>
    callback({
      method: request.method,
      route: routeTemplate(request),
      status: response.writableFinished ? response.statusCode : CLIENT_CLOSED_REQUEST,
      seconds: (performance.now() - begun) / 1000,
    }),
  );
}

function routeTemplate(request: Request): string {
  const matched = request.route as { readonly path: string } | undefined;
  return matched?.path ?? "unmatched";
}
