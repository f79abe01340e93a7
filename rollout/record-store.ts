import type { RolloutRecord } from "./record.ts";

/** Somebody else wrote in between: read again, decide again. */
export class Conflict extends Error {
  override readonly name = "Conflict";
}

/** A record, and the version that a write of its successor must name. */
export interface Versioned {
  readonly record: RolloutRecord;
  /** Undefined: the ConfigMap is not there yet. */
  readonly resourceVersion: string | undefined;
}

/** Where the record is kept. Writes are compare-and-swap: of two who write after the same read, one gets {@link Conflict}. */
export interface RecordStore {
  read(): Promise<Versioned>;
  write(next: RolloutRecord, after: Versioned): Promise<Versioned>;
}
