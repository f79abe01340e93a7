/**
 * What a stand-in provider implements. `serve` (server.ts) speaks the engine's gRPC ResourceProvider
 * protocol and calls this; everything here is plain data with `UNKNOWN` for what is not known in a preview.
 */

import type { Autonaming } from "./autonaming.ts";
import type { PropertyPath } from "./property-path.ts";

/** A value that is known only after the update (computed outputs in a preview). */
export const UNKNOWN: unique symbol = Symbol("unknown");

/**
 * An output the engine must encrypt in the state. Inputs arrive unwrapped; what is at the place of a secret input is
 * marked again by `serve`, in inputs and outputs.
 */
export class Secret {
  readonly value: Value;
  constructor(value: Value) {
    this.value = value;
  }
}

export type Value =
  | null
  | boolean
  | number
  | string
  | typeof UNKNOWN
  | Secret
  | readonly Value[]
  | { readonly [key: string]: Value };
export type Values = Readonly<Record<string, Value>>;

/** One bad input: `property` is a property path such as `ingress[0].fromPort`; `reason` says what to write instead. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** gRPC codes that leave the state whole. UNKNOWN, INTERNAL and DATA_LOSS would mark an update corrupt: never used. */
export type FailureCode =
  | "INVALID_ARGUMENT"
  | "NOT_FOUND"
  | "ALREADY_EXISTS"
  | "PERMISSION_DENIED"
  | "FAILED_PRECONDITION"
  | "UNIMPLEMENTED"
  | "UNAVAILABLE"
  | "ABORTED"
  | "DEADLINE_EXCEEDED";

/** A refused call: nothing was made or changed. */
export class ProviderError extends Error {
  readonly code: FailureCode;
  constructor(code: FailureCode, message: string) {
    super(message);
    this.name = "ProviderError";
    this.code = code;
  }
}

/** Create or Update got halfway: the resource exists as `id`, the engine keeps it and updates it next time. */
export class PartialFailure extends Error {
  readonly id: string;
  readonly outputs: Values;
  readonly inputs: Values;
  readonly reasons: readonly string[];
  constructor(id: string, outputs: Values, inputs: Values, reasons: readonly string[]) {
    super(reasons.join("; "));
    this.name = "PartialFailure";
    this.id = id;
    this.outputs = outputs;
    this.inputs = inputs;
    this.reasons = reasons;
  }
}

export type DiffKind = "add" | "add-replace" | "delete" | "delete-replace" | "update" | "update-replace";

export interface DiffResult {
  /** Changed property path → kind; empty means no change. A `*-replace` kind replaces the resource. */
  readonly detailed: Readonly<Record<string, DiffKind>>;
  /** Delete the old resource before the new one is made (a name that was given cannot exist twice). Default false. */
  readonly deleteBeforeReplace?: boolean;
  /** Output properties known to keep their value through the update; others become unknown in a preview. */
  readonly stables?: readonly string[];
}

/** What every resource call carries. */
export interface Call {
  readonly urn: string;
  /** Pulumi type token, e.g. `aws:ec2/vpc:Vpc`. */
  readonly type: string;
  /** The resource's name in the program. */
  readonly name: string;
  /** Aborted when the engine cancels (Ctrl-C). */
  readonly signal: AbortSignal;
  /** One line of progress beside the resource; it replaces the line before it. */
  readonly progress: (message: string) => void;
  /** Paths of inputs that the program marked secret; no text may show what is there. `serve` hides it in what it sends. */
  readonly secretPaths: readonly string[];
  /** Seconds, from `customTimeouts`; 0 when none was given. */
  readonly timeout: number;
  /** The engine's seed for autonames. The engine sends it with Check alone: empty (length 0) in every other call. */
  readonly randomSeed: Uint8Array;
  /** The name by `pulumi:autonaming`. Absent where the stack does not configure it, and in every call but Check. */
  readonly autonaming?: Autonaming | undefined;
}

export interface Provider {
  /** Package name, as in `pulumi-resource-<name>`. */
  readonly name: string;
  /** The SDK version it stands in for. */
  readonly version: string;
  /** Whether the schema of a resource or function says that an input is a secret; default: none is. */
  sensitive?(type: string, path: PropertyPath): boolean;
  /** Bad provider configuration; default none. */
  checkConfig?(config: Values): Promise<readonly Failure[]>;
  /** Changed config keys, and which of them replace the provider and all its resources; default: none replaces. */
  diffConfig?(olds: Values, news: Values): Promise<DiffResult>;
  /**
   * Called once before any resource call, never with unknowns. Lists and records of an explicit provider arrive as
   * JSON text (the SDK writes them so), and so they do in `checkConfig` and `diffConfig`.
   */
  configure(config: Values): Promise<void>;
  /** Fills defaults and autonames (echo an old autoname, obey `call.autonaming` for a new one) and reports bad inputs. */
  check(
    call: Call,
    olds: Values | undefined,
    news: Values,
  ): Promise<{ inputs: Values; failures: readonly Failure[] }>;
  /** `oldInputs`/`oldOutputs` from the state against new checked inputs. `ignoreChanges` is already applied to `news`. */
  diff(
    call: Call,
    id: string,
    oldInputs: Values,
    oldOutputs: Values,
    news: Values,
    ignoreChanges: readonly string[],
  ): Promise<DiffResult>;
  /** In a preview nothing is made, what is not known yet is UNKNOWN, and an empty id is one not known yet. Idempotent by URN. */
  create(call: Call, inputs: Values, preview: boolean): Promise<{ id: string; outputs: Values }>;
  /** The real part's state now; undefined when it is gone. With empty `inputs` it is an import. */
  read(
    call: Call,
    id: string,
    inputs: Values,
    outputs: Values,
  ): Promise<{ id: string; inputs: Values; outputs: Values } | undefined>;
  update(
    call: Call,
    id: string,
    oldInputs: Values,
    oldOutputs: Values,
    news: Values,
    ignoreChanges: readonly string[],
    preview: boolean,
  ): Promise<{ outputs: Values }>;
  /** Gone already is success. */
  delete(call: Call, id: string, oldInputs: Values, oldOutputs: Values): Promise<void>;
  invoke(token: string, args: Values): Promise<{ outputs: Values; failures: readonly Failure[] }>;
  /** The engine asks to stop: finish or give up what runs, soon. */
  cancel?(): void;
}
