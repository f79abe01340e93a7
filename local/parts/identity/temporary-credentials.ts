import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { writeFileAtomic } from "../host/atomic-file.ts";
import type { Machine } from "../machine.ts";

/** A role that somebody has assumed. */
export interface RoleSession {
  /** IAM's own id of the role (`AROA…`): a role that was made anew under the same name is another one. */
  readonly roleId: string;
  readonly roleName: string;
  readonly sessionName: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** What a token says, and the secret that goes with it. */
export interface OpenedToken {
  readonly session: RoleSession;
  readonly secretAccessKey: string;
}

const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Base 32, as AWS's access keys are. */
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/**
 * Temporary credentials that nobody has to keep: the token is the session itself, encrypted with a key of the region's own, and
 * the secret is derived from the access key. So those that were given out stay good when the region is restarted.
 */
export class TemporaryCredentialsIssuer {
  readonly #key: Buffer;

  constructor(machine: Pick<Machine, "dataDir">) {
    const path = join(machine.dataDir("sts"), "session-key");
    if (!existsSync(path)) {
      writeFileAtomic(path, randomBytes(KEY_BYTES).toString("base64"), { durable: true });
    }
    this.#key = Buffer.from(readFileSync(path, "utf8"), "base64");
    if (this.#key.length !== KEY_BYTES)
      throw new Error(`${path} is damaged: remove the file, and a new one is made`);
  }

  issue(session: RoleSession): TemporaryCredentials {
    const letters = [...randomBytes(16)].map((byte) => LETTERS[byte % LETTERS.length]);
    const accessKeyId = `ASIA${letters.join("")}`;
    const nonce = randomBytes(NONCE_BYTES);
    // The access key is authenticated with the token: one goes with the other alone.
    const cipher = createCipheriv(CIPHER, this.#key, nonce).setAAD(Buffer.from(accessKeyId));
    const text = Buffer.concat([cipher.update(JSON.stringify(session)), cipher.final()]);
    return {
      accessKeyId,
      secretAccessKey: this.#secretOf(accessKeyId),
      sessionToken: Buffer.concat([nonce, cipher.getAuthTag(), text]).toString("base64"),
    };
  }

  /** Undefined for a token that is not of this region, or goes with another access key. Whether it has expired is not asked. */
  open(accessKeyId: string, sessionToken: string): OpenedToken | undefined {
    const bytes = Buffer.from(sessionToken, "base64");
    if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
    const decipher = createDecipheriv(CIPHER, this.#key, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(accessKeyId));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    try {
      const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
      const session = JSON.parse(Buffer.concat([text, decipher.final()]).toString()) as RoleSession;
      return { session, secretAccessKey: this.#secretOf(accessKeyId) };
    } catch {
      return undefined;
    }
  }

  /** 40 characters, as AWS's secrets have. */
  #secretOf(accessKeyId: string): string {
    const derived = createHmac("sha256", this.#key).update(`secret access key of ${accessKeyId}`).digest();
    return derived.subarray(0, 30).toString("base64");
  }
}
