import type { NextFunction, Request, Response } from "express";
import type { Logger } from "../logging.ts";
import { currentRequest } from "../request-context.ts";
import { whenServed } from "./served-request.ts";

/** One line a request, at `debug` for health probes. The query is left out: it may hold anything. */
export function accessLog(logger: Logger) {
  return (request: Request, response: Response, next: NextFunction): void => {
    // The response's events fire outside of the request's asynchronous context.
    const identity = currentRequest();
    const path = request.path;
    whenServed(request, response, ({ method, route, status, seconds }) => {
      const level = path.startsWith("/health") ? "debug" : "info";
      const durationMs = Math.round(seconds * 1e6) / 1e3;
      logger.log(level, "request", { ...identity, method, route, path, status, durationMs });
    });
    next();
  };
}
