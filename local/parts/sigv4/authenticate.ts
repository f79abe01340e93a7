import type { IncomingMessage } from "node:http";

import { readBody } from "../http/body.ts";
import type { Identity } from "../identity/identity.ts";
import { signatureError } from "./errors.ts";
import { parseAuthorization, sha256, verify, verifyClaims } from "./signature.ts";
import type { Authorization, SignedRequest } from "./signature.ts";

/** Whose credentials these are; `session` is the token that temporary ones come with. */
export type Identities = (
  accessKeyId: string,
  session: string | undefined,
) => Identity | "unknown key" | "unknown token" | "expired token";

/** Names in lower case, values of a name that came more than once joined. */
export function headersOf(message: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(",") : (value ?? ""),
    ]),
  );
}

interface Claimed {
  readonly identity: Identity;
  readonly authorization: Authorization;
  readonly request: Omit<SignedRequest, "payload">;
}

/** Who says to have signed, now: of somebody known, but the signature itself is not looked at. */
function claimedBy(service: string, message: IncomingMessage, identities: Identities): Claimed {
  const headers = headersOf(message);
  const authorization = parseAuthorization(service, message.headers.authorization);
  const identity = identities(authorization.accessKeyId, headers["x-amz-security-token"]);
  if (typeof identity === "string") throw signatureError(service, identity);
  const request = { method: message.method ?? "GET", target: message.url ?? "/", headers };
  verifyClaims(request, authorization);
  return { identity, authorization, request };
}

/**
 * Who signed the request (SigV4 in the Authorization header); throws the service's own error for what is not signed by
 * anybody known. `payload`: what the sender says of the body; the caller compares it with the body itself.
 */
export function authenticate(
  service: string,
  message: IncomingMessage,
  payload: string,
  identities: Identities,
): Identity {
  const { identity, authorization, request } = claimedBy(service, message, identities);
  verify({ ...request, payload }, authorization, identity.secretAccessKey);
  return identity;
}

/**
 * As `authenticate`, for services whose bodies are small enough to be held: what is signed is the body's own SHA-256. The
 * body is read once somebody known says to have signed, and where the headers tell its SHA-256, once that signature
 * is right. Throws BodyError for one of more than `most` bytes.
 */
export async function authenticateBody(
  service: string,
  message: IncomingMessage,
  identities: Identities,
  most: number,
): Promise<{ readonly identity: Identity; readonly body: string }> {
  const { identity, authorization, request } = claimedBy(service, message, identities);
  const declared = request.headers["x-amz-content-sha256"];
  if (declared !== undefined) {
    verify({ ...request, payload: declared }, authorization, identity.secretAccessKey);
  }
  const body = await readBody(message, most);
  verify({ ...request, payload: sha256(body) }, authorization, identity.secretAccessKey);
  return { identity, body: body.toString() };
}
