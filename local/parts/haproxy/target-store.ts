import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { writeFileAtomic } from "../host/atomic-file.ts";
import { errorCode } from "./error-code.ts";
import type { Server } from "./site.ts";
import { backendName } from "./topology.ts";

/** A registered target. Times are milliseconds since the epoch. */
export interface TargetRecord extends Server {
  readonly registeredAt: number;
  /** Set by deregistration: the target drains from then on. */
  readonly drainingSince?: number;
  /** True once a health check has passed: from then on a failure is `unhealthy`, not `initial`. */
  readonly passed: boolean;
}

/** The targets of every group, one file a group, written before a change counts: they outlive the region and HAProxy. */
export class TargetStore {
  readonly #directory: string;
  readonly #cache = new Map<string, readonly TargetRecord[]>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  list(targetGroupArn: string): readonly TargetRecord[] {
    const cached = this.#cache.get(targetGroupArn);
    if (cached !== undefined) return cached;
    const records = read(this.#file(targetGroupArn));
    this.#cache.set(targetGroupArn, records);
    return records;
  }

  /** Replaces a group's targets by `change` of them. */
  change(
    targetGroupArn: string,
    change: (records: readonly TargetRecord[]) => readonly TargetRecord[],
  ): void {
    const records = change(this.list(targetGroupArn));
    writeFileAtomic(this.#file(targetGroupArn), `${JSON.stringify(records, null, 2)}\n`);
    this.#cache.set(targetGroupArn, records);
  }

  remove(targetGroupArn: string): void {
    this.#cache.delete(targetGroupArn);
    rmSync(this.#file(targetGroupArn), { force: true });
  }

  #file(targetGroupArn: string): string {
    return join(this.#directory, `${backendName(targetGroupArn)}.json`);
  }
}

function read(file: string): readonly TargetRecord[] {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as readonly TargetRecord[];
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}
