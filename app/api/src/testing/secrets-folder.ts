import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ADMIN } from "./postgres.ts";

export const SECRETS = {
  "database-admin-password": ADMIN.password,
  "database-rw-password": "rw-1234567890abcdef1234567890abcdef",
  "database-ro-password": "ro-1234567890abcdef1234567890abcdef",
  "cache-auth-token": "cache-1234567890abcdef1234567890ab",
  "queue-auth-token": "queue-1234567890abcdef1234567890ab",
} as const;

/** The secret files as the platform mounts them. */
export function makeSecretsFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "twinstack-secrets-"));
  for (const [name, value] of Object.entries(SECRETS))
    writeFileSync(join(path, name), `${value}\n`, { mode: 0o600 });
  return { path, remove: () => rmSync(path, { recursive: true }) };
}
