import type { NextFunction, Request, Response } from "express";
import type { Release } from "../config.ts";

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * Security headers for every response, and the release that served it: its colour, and its image's digest. Strict-Transport-Security is left to the
 * edge, which alone knows whether the visitor came by https.
 */
export function standardHeaders(release: Release) {
  const headers = new Map([
    ["Content-Security-Policy", CONTENT_SECURITY_POLICY],
    ["Cross-Origin-Opener-Policy", "same-origin"],
    ["Cross-Origin-Resource-Policy", "same-origin"],
    ["Permissions-Policy", "camera=(), geolocation=(), microphone=()"],
    ["Referrer-Policy", "no-referrer"],
    ["X-Content-Type-Options", "nosniff"],
    ["X-Frame-Options", "DENY"],
    ["X-Release-Colour", release.colour],
    ["X-Release-Digest", digestOf(release)],
  ]);
  return (_request: Request, response: Response, next: NextFunction): void => {
    response.setHeaders(headers);
    next();
  };
}

/** What is no reference by digest, as on a developer's machine, is named whole. */
function digestOf({ image }: Release): string {
  return image.slice(image.indexOf("@") + 1);
}
