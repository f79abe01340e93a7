import type { NextFunction, Request, Response } from "express";
import { z } from "zod";
import { UnreadableRequestError } from "../errors/unreadable-request-error.ts";
import { HttpError } from "../errors/http-error.ts";
import type { Logger } from "../logging.ts";
import { currentRequest } from "../request-context.ts";
import type { StaticFile } from "../static.ts";
import { showPage } from "./page-of-errors.ts";

/** Problem details, RFC 9457, with the fields that were wrong. */
export const problemDetails = z.object({
  type: z.literal("about:blank"),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  requestId: z.string(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
});

/**
 * The one place where an error becomes a response. What is our fault is logged, and its cause told to nobody.
 *
 * @param page shown to a browser that opens a wrong address; without it every error is problem details.
 */
export function errorHandler(logger: Logger, page?: StaticFile) {
  return (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    const known = asHttpError(error);
    if (known === undefined || known.status >= 500)
      logger.error("request failed", { error, method: request.method, path: request.path });
    if (response.headersSent) {
      // Too late for a status: Express cuts the connection, so that the client sees a failure.
      next(error);
      return;
    }
    const status = known?.status ?? 500;
    if (page !== undefined && showPage(page, status, request, response)) return;
    const problem: z.input<typeof problemDetails> = {
      type: "about:blank",
      title: known?.title ?? "Internal server error",
      status,
      detail:
        known?.message ??
        "The request could not be served. Try again, and quote the request id if it persists.",
      requestId: currentRequest()?.requestId ?? "",
      ...(known !== undefined && known.fields.length > 0 ? { errors: [...known.fields] } : {}),
    };
    response
      .status(status)
      .set({ ...known?.headers, "Cache-Control": "no-store", "Content-Type": "application/problem+json" })
      .send(JSON.stringify(problem));
  };
}

/** What Express and its body parser throw carries a status below 500 when it is the caller's fault. */
const callersFault = z.object({ status: z.int().min(400).max(499), type: z.string().optional() });

const BODY_PROBLEMS: Readonly<Record<string, string>> = {
  "entity.parse.failed": "body: is not valid JSON.",
  "entity.too.large": "body: is larger than 16 kB.",
};

function asHttpError(error: unknown): HttpError | undefined {
  if (error instanceof HttpError) return error;
  const fault = callersFault.safeParse(error);
  if (!fault.success) return undefined;
  const { status, type } = fault.data;
  return new UnreadableRequestError(status, BODY_PROBLEMS[type ?? ""] ?? "The request could not be read.");
}
