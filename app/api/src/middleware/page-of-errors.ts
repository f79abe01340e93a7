import type { Request, Response } from "express";
import { sendFile } from "../static.ts";
import type { StaticFile } from "../static.ts";

/** Addresses that programs ask, whatever they accept; Express compares paths without regard to case, too. */
const PROGRAMS = /^\/+(?:api|assets|health|metrics)(?:\/|$)/i;

/**
 * Shows the page, which says that nothing is there, in place of problem details; false when the request is not a browser's
 * that opens an address. Only who names HTML before JSON gets it: to accept anything is no wish for a page.
 */
export function showPage(page: StaticFile, status: number, request: Request, response: Response): boolean {
  if (request.method !== "GET" && request.method !== "HEAD") return false;
  if (PROGRAMS.test(request.path) || status < 400 || status >= 500) return false;
  if (request.accepts(["application/problem+json", "application/json", "text/html"]) !== "text/html")
    return false;
  response.status(status).vary("Accept");
  sendFile({ ...page, cacheControl: "no-store" }, request, response);
  return true;
}
