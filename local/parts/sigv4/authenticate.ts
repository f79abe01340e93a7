import type { IncomingMessage } from "node:http";

import type { Identity } from "../identity/identity.ts";
import { signatureError } from "./errors.ts";
import { parseAuthorization, sha256, verify } from "./signature.ts";

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
  const headers = headersOf(message);
  const authorization = parseAuthorization(service, message.headers.authorization);
  const found = identities(authorization.accessKeyId, headers["x-amz-security-token"]);
  if (typeof found === "string") throw signatureError(service, found);
  const request = { method: message.method ?? "GET", target: message.url ?? "/", headers, payload };
  verify(request, authorization, found.secretAccessKey);
  return found;
}

/**
 * As `authenticate`, for services whose bodies are small enough to be read first: what is signed is the body's own
 * SHA-256. `unsigned`: who a request is by that is not signed at all; undefined: nobody, it is refused.
 */
export function authenticateBody(
  service: string,
  message: IncomingMessage,
  body: string,
  identities: Identities,
  unsigned: Identity | undefined,
): Identity {
  if (unsigned !== undefined && message.headers.authorization === undefined) return unsigned;
  return authenticate(service, message, sha256(body), identities);
}
