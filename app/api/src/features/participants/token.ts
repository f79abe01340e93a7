import { createHash, randomBytes } from "node:crypto";

/** What only the participant's browser knows: 256 bits by chance. */
export function makeToken(): string {
  return randomBytes(32).toString("base64url");
}

/** What is kept of it: who reads the database cannot pass for anybody. So much chance needs no slow hash. */
export function hashToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
