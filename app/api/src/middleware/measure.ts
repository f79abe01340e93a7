import type { NextFunction, Request, Response } from "express";
import type { Metrics } from "../metrics.ts";
import { whenServed } from "./served-request.ts";

/** Counts and times every request. */
export function measure(metrics: Metrics) {
  return (request: Request, response: Response, next: NextFunction): void => {
    metrics.requestStarted();
    whenServed(request, response, (served) => metrics.requestEnded(served));
    next();
  };
}
