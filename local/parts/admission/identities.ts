import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "../haproxy/error-code.ts";
import { writeFileAtomic } from "../host/atomic-file.ts";

/** A service account that has a role: what an `aws:eks/podIdentityAssociation` says of Kubernetes. */
export interface Identity {
  readonly namespace: string;
  readonly serviceAccount: string;
}

const ENDING = ".json";

/**
 * The identities of a cluster, a file each, named by the association's id: written by the region, read by the webhook,
 * which answers while there is no region too.
 */
export class Identities {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  set(associationId: string, { namespace, serviceAccount }: Identity): void {
    const text = JSON.stringify({ namespace, serviceAccount });
    writeFileAtomic(this.#path(associationId), `${text}\n`, { durable: true });
  }

  /** Gone already is success. */
  remove(associationId: string): void {
    rmSync(this.#path(associationId), { force: true });
  }

  has(asked: Identity): boolean {
    if (!existsSync(this.#folder)) return false;
    return readdirSync(this.#folder)
      .filter((name) => name.endsWith(ENDING))
      .map((name) => this.#read(join(this.#folder, name)))
      .some((known) => known?.namespace === asked.namespace && known.serviceAccount === asked.serviceAccount);
  }

  /** Undefined for one that was removed since the folder was listed. */
  #read(path: string): Identity | undefined {
    try {
      return JSON.parse(readFileSync(path, "utf8")) as Identity;
    } catch (error) {
      if (errorCode(error) === "ENOENT") return undefined;
      throw error;
    }
  }

  #path(associationId: string): string {
    return join(this.#folder, `${associationId}${ENDING}`);
  }
}
