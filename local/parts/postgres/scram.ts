import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";

const ITERATIONS = 4096;
const FORM = /^SCRAM-SHA-256\$(\d+):([^$]+)\$[^:]+:.+$/;

/**
 * What PostgreSQL stores of a password (RFC 5803, with RFC 7677's hash). Computed here, so that the password itself is
 * in no statement: statements are logged and kept by pg_stat_statements. Passwords are printable ASCII, as RDS allows
 * them, for which SASLprep changes nothing.
 */
export function scramVerifier(
  password: string,
  salt: Buffer = randomBytes(16),
  iterations: number = ITERATIONS,
): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, "sha256");
  const hmac = (text: string): Buffer => createHmac("sha256", salted).update(text).digest();
  const storedKey = createHash("sha256").update(hmac("Client Key")).digest("base64");
  const keys = `${storedKey}:${hmac("Server Key").toString("base64")}`;
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${keys}`;
}

/** Whether what PostgreSQL stores belongs to this password. */
export function matchesPassword(stored: string | null, password: string): boolean {
  const [, iterations, salt] = FORM.exec(stored ?? "") ?? [];
  if (iterations === undefined || salt === undefined) return false;
  return scramVerifier(password, Buffer.from(salt, "base64"), Number(iterations)) === stored;
}
