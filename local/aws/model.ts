import type { DocumentKind } from "./documents.ts";
import type { Failure } from "../provider/provider.ts";
import type { Json, JsonObject, StoredResource } from "../region/protocol.ts";

/** The region's account as the service models see it. */
export interface Account {
  /** Always 000000000000. */
  readonly id: string;
  /** e.g. `eu-central-1`: the default region of the account; a resource's own `region` input wins. */
  readonly region: string;
  readonly partition: "aws";
  /** The stored resource, or undefined. */
  get(type: string, id: string): StoredResource | undefined;
  all(type: string): readonly StoredResource[];
  /** `arn:aws:<service>:<region>:<account>:<resource>`; `region` "" for global services. */
  arn(service: string, resource: string, region?: string): string;
  /** A new identifier as AWS writes them: `newId("vpc")` is `vpc-` and 17 hex digits. */
  newId(prefix: string): string;
}

/** An error as the AWS API answers it. */
export class AwsError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = "AwsError";
    this.code = code;
  }
}

/** A rule made in code by the real provider or by AWS, checked before anything is made. */
export interface Rule {
  /** Where the rule comes from: the AWS or provider documentation page. */
  readonly source: string;
  /** Inputs may hold UNKNOWN in a preview: a rule on an unknown value passes. */
  check(inputs: Readonly<Record<string, unknown>>): readonly Failure[];
}

/** How one resource type behaves beyond the facts table. */
export interface ResourceModel {
  readonly type: string;
  /**
   * The property that gets an autoname `<prefix><name><separator><7 hex>` when absent, its longest length (prefix not
   * counted), what stands before the random digits (default `-`), and whether lower case is forced. Only where the real
   * provider autonames.
   */
  readonly autoname?: {
    readonly property: string;
    readonly maxLength: number;
    readonly prefix?: string;
    readonly separator?: string;
    readonly lowercase?: boolean;
  };
  /** Defaults of the Pulumi provider that differ from the facts table's. */
  readonly defaults?: JsonObject;
  /** Inputs, or paths (without indices) in them, whose behaviour nobody models: refused by name at check, never silently accepted. */
  readonly notModelled?: readonly string[];
  /**
   * Paths (without indices) that the service fills in when absent and the facts table does not mark: inner ones,
   * and whole blocks. In a preview they are unknown, and leaving them out is no change.
   */
  readonly computed?: readonly string[];
  /** Nested paths (without indices) that are sets: order is no change. The facts table has the outer ones. */
  readonly sets?: readonly string[];
  /** Inputs that are documents, by path (without indices), and their kind: what means the same is no change. */
  readonly documents?: Readonly<Record<string, DocumentKind>>;
  /** The real provider deletes the old one first, whatever its name. Default false. */
  readonly deleteBeforeReplace?: boolean;
  readonly rules?: readonly Rule[];
  /** Input properties whose change replaces under a condition; adds to the facts table's `replaces`. */
  replaces?(olds: JsonObject, news: JsonObject): readonly string[];
  /** What the real service answers: the id and all outputs (inputs are merged in by the caller). Throws AwsError. */
  create(inputs: JsonObject, account: Account): { id: string; outputs: Record<string, Json> };
  /** Outputs after an update; default: the old outputs with the new inputs. */
  update?(current: StoredResource, inputs: JsonObject, account: Account): Record<string, Json>;
  /** Throws AwsError when AWS would refuse the deletion (DependencyViolation, ResourceInUse…). */
  canDelete?(current: StoredResource, account: Account): void;
}

/** A data source (`aws:ec2/getAvailabilityZones:…`). */
export interface FunctionModel {
  readonly token: string;
  /** Result members the real provider marks secret. */
  readonly secrets?: readonly string[];
  invoke(args: JsonObject, account: Account): Record<string, Json>;
}

/** One file a service exports one of these as `service`. */
export interface ServiceModel {
  readonly resources: readonly ResourceModel[];
  readonly functions: readonly FunctionModel[];
}
