import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "../host/atomic-file.ts";
import type { Machine } from "../machine.ts";

/** A server of an instance: a host, and what runs there. */
export interface Node {
  /** Names host, process, files and slot. */
  readonly host: string;
  readonly subnetId: string;
  readonly zone: string;
}

/**
 * Who is who in an instance, on disk before it is so: each step of a failover is one durable change of it, and
 * whoever reads it after a crash goes on from there.
 */
export interface InstanceRecord {
  readonly id: string;
  /** What its endpoint leads to. */
  readonly primary: Node;
  /** Follows the primary for a failover; only with Multi-AZ. */
  readonly standby?: Node;
  /** The standby has every commit that was answered to a client: only then may it be promoted. */
  readonly synchronous: boolean;
  /** Id of the instance that this one is a read replica of. */
  readonly source?: string;
  /** Hosts of servers to be removed, before anything else is done. Until then they may still run. */
  readonly discarded: readonly string[];
  /** Number of the next server. */
  readonly next: number;
  /** It was once all that its resource says: its data is worth a final snapshot. */
  readonly whole?: boolean;
  /** The snapshot that was taken before its deletion went on. */
  readonly finalSnapshot?: string;
}

export class InstanceRecords {
  readonly #folder: string;

  constructor(machine: Pick<Machine, "dataDir">) {
    this.#folder = join(machine.dataDir("postgres"), "instances");
  }

  get(id: string): InstanceRecord | undefined {
    const path = this.#path(id);
    return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as InstanceRecord) : undefined;
  }

  all(): readonly InstanceRecord[] {
    if (!existsSync(this.#folder)) return [];
    return readdirSync(this.#folder)
      .filter((name) => name.endsWith(".json"))
      .map((name) => JSON.parse(readFileSync(join(this.#folder, name), "utf8")) as InstanceRecord);
  }

  put(record: InstanceRecord): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    writeFileAtomic(this.#path(record.id), JSON.stringify(record, undefined, 1), { durable: true });
  }

  remove(id: string): void {
    rmSync(this.#path(id), { force: true });
  }

  #path(id: string): string {
    return join(this.#folder, `${id}.json`);
  }
}
