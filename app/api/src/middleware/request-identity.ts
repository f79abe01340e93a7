import { randomBytes, randomUUID } from "node:crypto";
import type { NextFunction, Request, Response } from "express";
import { runInRequest } from "../request-context.ts";

const REQUEST_ID = /^[\w.-]{1,64}$/;
/** W3C Trace Context, version 00; a later version starts with the same fields. All-zero ids are invalid. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)/;

/** Gives the request an id (the caller's `X-Request-Id` when it is harmless) and joins the caller's trace. */
export function requestIdentity(request: Request, response: Response, next: NextFunction): void {
  const sentId = request.get("x-request-id");
  const requestId = sentId !== undefined && REQUEST_ID.test(sentId) ? sentId : randomUUID();
  const traceId = TRACEPARENT.exec(request.get("traceparent") ?? "")?.[1] ?? randomBytes(16).toString("hex");
  response.setHeader("X-Request-Id", requestId);
  runInRequest({ requestId, traceId, spanId: randomBytes(8).toString("hex") }, next);
}
