import { EKS_CLUSTER, SECURITY_GROUP, VPC } from "../../aws/services/ec2/references.ts";
import { EGRESS_RULE, INGRESS_RULE } from "../../aws/services/ec2/security-group-rules.ts";
import { defaultSecurityGroup } from "../../aws/services/ec2/security-groups.ts";
import { object, objects, text } from "../../aws/services/fields.ts";
import { readInlineRule, readRule } from "./permission.ts";
import type { Permission } from "./permission.ts";
import type { StoredResource } from "../../region/protocol.ts";

export const DEFAULT_SECURITY_GROUP = defaultSecurityGroup.type;

export interface Group {
  readonly ingress: readonly Permission[];
  readonly egress: readonly Permission[];
}

export interface Groups {
  /** By id; a group that is not in the record permits nothing. */
  readonly byId: ReadonlyMap<string, Group>;
  /** The group of an interface that names none, by VPC. */
  readonly defaultOf: ReadonlyMap<string, string>;
}

/** The record as the service models keep it. */
export type All = (type: string) => readonly StoredResource[];

const ANYWHERE: Permission = { protocol: "all", peers: [{ cidr: "0.0.0.0/0" }] };

/** All groups of the account with what each permits. */
export function readGroups(all: All): Groups {
  const byId = new Map<string, { ingress: Permission[]; egress: Permission[] }>();
  const defaultOf = new Map<string, string>();
  const groupAt = (id: string): { ingress: Permission[]; egress: Permission[] } => {
    const known = byId.get(id) ?? { ingress: [], egress: [] };
    byId.set(id, known);
    return known;
  };

  const managed = new Set(all(DEFAULT_SECURITY_GROUP).map(({ id }) => id));
  for (const vpc of all(VPC)) {
    const id = text(vpc.outputs, "defaultSecurityGroupId");
    if (id === undefined) continue;
    defaultOf.set(vpc.id, id);
    if (!managed.has(id)) fromItself(groupAt(id), id);
  }
  // https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
  for (const cluster of all(EKS_CLUSTER)) {
    const id = text(object(cluster.outputs, "vpcConfig") ?? {}, "clusterSecurityGroupId");
    if (id !== undefined) fromItself(groupAt(id), id);
  }
  for (const group of [...all(SECURITY_GROUP), ...all(DEFAULT_SECURITY_GROUP)]) {
    for (const direction of ["ingress", "egress"] as const) {
      for (const rule of objects(group.outputs, direction)) {
        add(groupAt(group.id)[direction], readInlineRule(rule, group.id));
      }
    }
  }
  for (const [type, direction] of [
    [INGRESS_RULE, "ingress"],
    [EGRESS_RULE, "egress"],
  ] as const) {
    for (const { outputs } of all(type)) {
      add(groupAt(text(outputs, "securityGroupId") ?? "")[direction], readRule(outputs));
    }
  }
  return { byId, defaultOf };
}

/** The rules AWS gives a VPC's default group and a cluster's own: in from its members, out to anywhere. */
function fromItself(group: { ingress: Permission[]; egress: Permission[] }, id: string): void {
  group.ingress.push({ protocol: "all", peers: [{ group: id }] });
  group.egress.push(ANYWHERE);
}

function add(permissions: Permission[], permission: Permission | undefined): void {
  if (permission) permissions.push(permission);
}
