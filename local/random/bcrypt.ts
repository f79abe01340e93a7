import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { ProviderError } from "../provider/provider.ts";

/** Cost of the official provider (Go's bcrypt.DefaultCost). */
const COST = "10";
const LEAST_COST = "04";
/** bcrypt reads no further than this. Whether the official provider cuts or refuses a longer password is unchecked. */
const MAX_BYTES = 72;

/** It takes a tenth of a second. */
const LIMIT_MS = 60_000;

const SCRIPT =
  'local $/; binmode STDIN; my ($salt, $password) = split /\\n/, <STDIN>, 2; print crypt($password, $salt) // "";';

/**
 * The bcrypt hash of a password, by the system's own libcrypt through Perl's `crypt` (Node has none; Debian's
 * perl-base is always there). The password goes through a pipe, never through arguments.
 * Throws FAILED_PRECONDITION where Perl is missing or its libcrypt knows no bcrypt.
 */
export function bcryptHash(password: string, perl = "perl"): Promise<string> {
  return crypt(password, COST, perl);
}

/** Throws what `bcryptHash` would, at a cost of milliseconds. */
export async function requireBcrypt(perl = "perl"): Promise<void> {
  await crypt("", LEAST_COST, perl);
}

async function crypt(password: string, cost: string, perl: string): Promise<string> {
  const salt = `$2a$${cost}$${bcryptBase64(randomBytes(16))}`;
  const secret = Buffer.from(password).subarray(0, MAX_BYTES);
  const hash = await run(perl, Buffer.concat([Buffer.from(`${salt}\n`), secret]));
  if (!hash.startsWith(`$2a$${cost}$`) || !/^\$2a\$\d\d\$[./A-Za-z0-9]{53}$/.test(hash)) {
    throw new ProviderError(
      "FAILED_PRECONDITION",
      "bcryptHash: this system's Perl and libcrypt make no bcrypt hash",
    );
  }
  return hash;
}

function run(perl: string, input: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(perl, ["-e", SCRIPT], {
      stdio: ["pipe", "pipe", "ignore"],
      timeout: LIMIT_MS,
      killSignal: "SIGKILL",
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
    child.once("error", (error) =>
      reject(new ProviderError("FAILED_PRECONDITION", `bcryptHash needs Perl: ${error.message}`)),
    );
    child.once("close", (_, signal) => {
      const words = `bcryptHash: Perl did not end within ${LIMIT_MS / 1000} s, or was ended (${signal ?? ""})`;
      if (signal === null) resolve(output);
      else reject(new ProviderError("FAILED_PRECONDITION", words));
    });
    // A Perl that ended early closes the pipe: the missing output tells.
    child.stdin.on("error", () => child.stdin.destroy());
    child.stdin.end(input);
  });
}

/** bcrypt's own base64: another alphabet, the same bits, no padding. */
function bcryptBase64(bytes: Buffer): string {
  const standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const bcrypt = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  return bytes
    .toString("base64")
    .replaceAll("=", "")
    .replace(/./g, (character) => bcrypt.charAt(standard.indexOf(character)));
}
