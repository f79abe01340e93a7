import { mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { syncFolder, writeFileAtomic } from "../parts/host/atomic-file.ts";
import type { StoredResource } from "./protocol.ts";

/**
 * `creating`: its part may be half made; the same create finishes it, a delete clears it up.
 * `deleting`: its part may be half gone; the delete is finished at the next start.
 * `gone`: an administrator removed its part, and the engine was told.
 */
export type State = "creating" | "ready" | "deleting" | "gone";

export interface StoreRecord {
  /** Grows with every resource: the order of creation. */
  readonly sequence: number;
  readonly state: State;
  readonly resource: StoredResource;
}

/**
 * The region's resources on disk: a file each, replaced whole and flushed before the call returns, so that what
 * was answered survives a crash and a power cut. Files are 0600: inputs and outputs hold secrets in clear.
 */
export class Store {
  readonly #folder: string;
  readonly #records = new Map<number, StoreRecord>();
  #last = 0;

  constructor(stateDir: string) {
    this.#folder = join(stateDir, "resources");
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const names = readdirSync(this.#folder).filter((name) => /^\d+\.json$/.test(name));
    const records = names.map((name) => this.#read(name)).sort((a, b) => a.sequence - b.sequence);
    for (const record of records) {
      this.#records.set(record.sequence, record);
      this.#last = record.sequence;
    }
  }

  /** In creation order. */
  all(): readonly StoreRecord[] {
    return [...this.#records.values()];
  }

  /** Newest first: while a resource is replaced, the old and the new one have one URN. */
  byUrn(urn: string): readonly StoreRecord[] {
    return this.all()
      .filter((record) => record.resource.urn === urn)
      .reverse();
  }

  byId(type: string, id: string): StoreRecord | undefined {
    return this.all().find(({ resource }) => resource.type === type && resource.id === id);
  }

  add(resource: StoredResource, state: State): StoreRecord {
    this.#last += 1;
    return this.#write({ sequence: this.#last, state, resource });
  }

  /** The record as it is now; it keeps its place in the order. */
  put(record: StoreRecord, change: { state?: State; resource?: StoredResource }): StoreRecord {
    if (!this.#records.has(record.sequence)) throw new Error(`record ${record.sequence} was removed`);
    return this.#write({ ...record, ...change });
  }

  remove(record: StoreRecord): void {
    rmSync(this.#path(record.sequence), { force: true });
    syncFolder(this.#folder);
    this.#records.delete(record.sequence);
  }

  #write(record: StoreRecord): StoreRecord {
    writeFileAtomic(this.#path(record.sequence), JSON.stringify(record), { durable: true });
    this.#records.set(record.sequence, record);
    return record;
  }

  #read(name: string): StoreRecord {
    const path = join(this.#folder, name);
    try {
      return JSON.parse(readFileSync(path, "utf8")) as StoreRecord;
    } catch {
      throw new Error(`${path} is damaged: "make down" removes the record with all it describes`);
    }
  }

  #path(sequence: number): string {
    return join(this.#folder, `${String(sequence).padStart(6, "0")}.json`);
  }
}
