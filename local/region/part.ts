import type { Account } from "../aws/model.ts";
import type { Machine } from "../parts/machine.ts";
import type { Json, StoredResource } from "./protocol.ts";

/** One progress line, shown beside the resource in `pulumi up`. */
export type Progress = (message: string) => void;

/**
 * Runs what a resource stands for. Every method is idempotent: the region calls it again after a crash,
 * and `delete` must also clear up after a `create` that was cut off.
 */
export interface PartDriver {
  /** Resource types this driver runs. */
  readonly types: readonly string[];
  /** Starts the part and answers outputs that only the running part knows (an endpoint, a CA). */
  create(resource: StoredResource, progress: Progress): Promise<Readonly<Record<string, Json>>>;
  update(
    resource: StoredResource,
    previous: StoredResource,
    progress: Progress,
  ): Promise<Readonly<Record<string, Json>>>;
  delete(resource: StoredResource, progress: Progress): Promise<void>;
  /** False when an administrator removed the part: the resource is drift. A crashed part is not: it is repaired. */
  present(resource: StoredResource): Promise<boolean>;
  /**
   * What the part really is where that may differ from the record, so that `refresh` sees what an administrator
   * changed by hand. Only for parts that can differ; nothing differs without it.
   */
  observe?(resource: StoredResource): Promise<Observation>;
  /** The region was restarted: take over what still runs and start what does not. Called in creation order. */
  adopt(resource: StoredResource, progress: Progress): Promise<void>;
}

/** Inputs as they would have to be written to describe the part as it is, and outputs besides; only what differs. */
export interface Observation {
  readonly inputs?: Readonly<Record<string, Json>>;
  readonly outputs?: Readonly<Record<string, Json>>;
}

/** What `create<Part>Driver` is given: the machine to run on, and the other resources of the record. */
export interface DriverContext {
  readonly machine: Machine;
  readonly account: Account;
  /** A line in the region's log; no secret in it. */
  readonly log: (message: string) => void;
}
