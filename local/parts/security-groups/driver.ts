import { prefixListRanges } from "../../aws/services/ec2/prefix-lists.ts";
import { SECURITY_GROUP } from "../../aws/services/ec2/references.ts";
import { EGRESS_RULE, INGRESS_RULE } from "../../aws/services/ec2/security-group-rules.ts";
import { createEnforcement } from "./enforcement.ts";
import { DEFAULT_SECURITY_GROUP, readGroups } from "./groups.ts";
import type { DriverContext, PartDriver } from "../../region/part.ts";
import type { StoredResource } from "../../region/protocol.ts";
import type { LocalMachine } from "../host/machine.ts";

/** A filter that was changed by hand is back after this long, in milliseconds. */
const REPAIR_EVERY_MS = 10_000;

export interface SecurityGroupContext extends Omit<DriverContext, "machine"> {
  readonly machine: LocalMachine;
}

/**
 * Security groups and their rules, enforced in the namespace of every host that carries one. From here on no such
 * host is connected before its filter is in place.
 */
export function createSecurityGroupDrivers({ machine, account, log }: SecurityGroupContext): PartDriver[] {
  /** The region stores an update after its driver has answered: until then this goes before what is stored. */
  const updated = new Map<string, StoredResource>();
  const all = (type: string): readonly StoredResource[] =>
    account.all(type).map((resource) => updated.get(resource.id) ?? resource);
  const enforcement = createEnforcement({
    machine,
    groups: () => readGroups(all),
    prefixList: (id) => prefixListRanges(account, id),
    log,
  });
  machine.onInterfaces(() => enforcement.apply());
  const timer = setInterval(() => {
    enforcement.repair().catch((error: unknown) => {
      if (!machine.ended.aborted) log(`security groups: ${(error as Error).message}`);
    });
  }, REPAIR_EVERY_MS).unref();
  machine.ended.addEventListener("abort", () => clearInterval(timer));

  async function change(resource: StoredResource, next: StoredResource | undefined): Promise<void> {
    const before = updated.get(resource.id);
    if (next) updated.set(resource.id, next);
    else updated.delete(resource.id);
    try {
      await enforcement.apply();
    } catch (error) {
      if (before) updated.set(resource.id, before);
      else updated.delete(resource.id);
      // Some hosts may follow the change already; why it failed is what the caller must know.
      await enforcement.apply().catch(() => undefined);
      throw error;
    }
  }

  return [
    {
      types: [SECURITY_GROUP, DEFAULT_SECURITY_GROUP, INGRESS_RULE, EGRESS_RULE],
      async create(resource) {
        await change(resource, undefined);
        return {};
      },
      async update(resource) {
        await change(resource, resource);
        return {};
      },
      delete: (resource) => change(resource, undefined),
      adopt: () => enforcement.apply(),
      // What was removed by hand is put back and never shown as drift.
      present: async () => true,
    },
  ];
}
