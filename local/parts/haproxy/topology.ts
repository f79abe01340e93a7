import { AwsError } from "../../aws/model.ts";

/** What one HAProxy serves: a load balancer with its listeners, rules and the target groups they forward to. */
export interface Topology {
  /** Seconds without a byte on a connection before it is closed (AWS default 60). */
  readonly idleTimeout: number;
  readonly forwardedFor: "append" | "preserve" | "remove";
  /** Headers whose names hold more than letters, digits and hyphens are removed (AWS default false). */
  readonly dropInvalidHeaders: boolean;
  readonly listeners: readonly Listener[];
  readonly targetGroups: readonly TargetGroup[];
}

export interface Listener {
  readonly arn: string;
  readonly port: number;
  /** By priority, the default action last with no conditions. */
  readonly rules: readonly Rule[];
}

export interface Rule {
  readonly arn: string;
  /** All must hold; within one, any value is enough. */
  readonly conditions: readonly Condition[];
  readonly action: Action;
}

export type Condition =
  | { readonly kind: "header"; readonly name: string; readonly values: readonly Pattern[] }
  | { readonly kind: "host" | "path"; readonly values: readonly Pattern[] }
  | { readonly kind: "method" | "source"; readonly values: readonly string[] }
  | {
      readonly kind: "query";
      readonly values: readonly { readonly key: string | undefined; readonly value: string }[];
    };

/** AWS's wildcard pattern (`*`, `?`) or a regular expression. */
export interface Pattern {
  readonly kind: "wildcard" | "regex";
  readonly text: string;
}

export type Action =
  | { readonly kind: "forward"; readonly groups: readonly WeightedGroup[] }
  | {
      readonly kind: "fixed-response";
      readonly status: number;
      readonly contentType: string | undefined;
      readonly body: string;
    }
  | {
      readonly kind: "redirect";
      readonly status: number;
      readonly protocol: string;
      readonly host: string;
      readonly port: string;
      readonly path: string;
      readonly query: string;
    };

export interface WeightedGroup {
  readonly arn: string;
  /** 0 to 999; a group's share is its weight over the sum. */
  readonly weight: number;
}

export interface TargetGroup {
  readonly arn: string;
  readonly port: number;
  readonly algorithm: "round_robin" | "least_outstanding_requests" | "weighted_random";
  /** Seconds a target stays in `draining`. */
  readonly deregistrationDelay: number;
  readonly health: HealthCheck;
}

/** Seconds and counts as in the target group's `healthCheck`. */
export interface HealthCheck {
  readonly path: string;
  /** Undefined: the port the target was registered with (`traffic-port`). */
  readonly port: number | undefined;
  readonly interval: number;
  readonly timeout: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  /** Codes and ranges: `200`, `200,202`, `200-299`. */
  readonly matcher: string;
}

/** The last part of an ARN, which AWS makes unique: `…:targetgroup/blue/73e2d6bc24d8a067` → `blue.73e2d6bc24d8a067`. */
export function backendName(targetGroupArn: string): string {
  const [, name, id] = targetGroupArn.split(":").at(-1)?.split("/") ?? [];
  if (name === undefined || id === undefined) {
    throw new AwsError("ValidationError", `'${targetGroupArn}' is not a valid target group ARN`);
  }
  return `${name}.${id}`;
}

/** A rule's key in the weights map and in variables: the last part of its ARN; a default action uses its listener's. */
export function ruleKey(ruleArn: string): string {
  return ruleArn.split("/").at(-1) ?? ruleArn;
}

/** A single group takes everything, whatever its weight. */
export function draws(rule: Rule): boolean {
  return rule.action.kind === "forward" && rule.action.groups.length > 1;
}
