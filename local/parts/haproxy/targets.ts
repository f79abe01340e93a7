import { AwsError } from "../../aws/model.ts";
import { backendName } from "./topology.ts";
import { TARGET_GROUP } from "./inventory.ts";
import type { LoadBalancing } from "./load-balancing.ts";
import { readTargetGroup } from "./resource-input.ts";
import { serverName } from "./site.ts";
import { NOT_IN_USE, NOT_REGISTERED, targetHealth } from "./target-health.ts";
import type { TargetHealth } from "./target-health.ts";
import type { TargetRecord } from "./target-store.ts";

/** ELBv2 API reference, TargetDescription: `id` is an IPv4 address; without `port` the group's holds. */
export interface TargetId {
  readonly id: string;
  readonly port?: number;
}

export interface TargetDescription {
  readonly target: { readonly id: string; readonly port: number };
  readonly healthCheckPort: number;
  readonly health: TargetHealth;
}

/**
 * The target part of the ELBv2 API. A deregistered target gets no new request after the emulated lag; it leaves
 * the balancer when nothing is in flight, and is cut off when the deregistration delay has passed; until then it is
 * shown as draining, as AWS shows it (ELB user guide, "Deregistration delay").
 */
export class Targets {
  readonly #balancing: LoadBalancing;

  constructor(balancing: LoadBalancing) {
    this.#balancing = balancing;
  }

  /** Registered already is success; a draining target is registered anew. Throws TargetGroupNotFound, InvalidTarget. */
  async registerTargets(targetGroupArn: string, targets: readonly TargetId[]): Promise<void> {
    const wanted = this.#resolve(targetGroupArn, targets);
    this.#balancing.store.change(targetGroupArn, (records) => {
      const serving = (target: TargetRecord): boolean =>
        records.some((record) => same(record, target) && record.drainingSince === undefined);
      const added = wanted.filter((target) => !serving(target));
      return [...records.filter((record) => !added.some((target) => same(record, target))), ...added];
    });
    this.#apply(targetGroupArn, this.#balancing.lag.register);
  }

  /** Draining already is success. Throws TargetGroupNotFound, and InvalidTarget for one that is not registered. */
  async deregisterTargets(targetGroupArn: string, targets: readonly TargetId[]): Promise<void> {
    const wanted = this.#resolve(targetGroupArn, targets);
    const records = this.#balancing.store.list(targetGroupArn);
    const unknown = wanted.filter((target) => !records.some((record) => same(record, target)));
    if (unknown.length > 0) {
      throw new AwsError(
        "InvalidTarget",
        `The following targets are not registered with the target group: ${unknown.map(serverName).join(", ")}`,
      );
    }
    const now = Date.now();
    this.#balancing.store.change(targetGroupArn, (all) =>
      all.map((record) =>
        record.drainingSince === undefined && wanted.some((target) => same(record, target))
          ? { ...record, drainingSince: now }
          : record,
      ),
    );
    this.#apply(targetGroupArn, this.#balancing.lag.deregister);
  }

  /** All targets of the group, or those asked for (unused when not registered). Throws TargetGroupNotFound. */
  async describeTargetHealth(
    targetGroupArn: string,
    targets: readonly TargetId[] = [],
  ): Promise<readonly TargetDescription[]> {
    const group = this.#group(targetGroupArn);
    const records = this.#balancing.store.list(targetGroupArn);
    const asked = targets.length === 0 ? records : this.#resolve(targetGroupArn, targets);
    const instance = this.#balancing.serving(targetGroupArn);
    const servers = instance === undefined || records.length === 0 ? [] : await instance.servers();
    return asked.map((target) => {
      const record = records.find((candidate) => same(candidate, target));
      const server = servers.find(
        ({ backend, name }) => backend === backendName(targetGroupArn) && name === serverName(target),
      );
      return {
        target: { id: target.address, port: target.port },
        healthCheckPort: group.health.port ?? target.port,
        health:
          record === undefined
            ? NOT_REGISTERED
            : instance === undefined
              ? NOT_IN_USE
              : targetHealth(record, server),
      };
    });
  }

  /** ARNs of the groups that have targets that are not draining. */
  groupsWithTargets(): readonly string[] {
    return this.#balancing.inventory
      .all(TARGET_GROUP)
      .map(({ id }) => id)
      .filter((id) =>
        this.#balancing.store.list(id).some(({ drainingSince }) => drainingSince === undefined),
      );
  }

  #group(targetGroupArn: string): ReturnType<typeof readTargetGroup> {
    const resource = this.#balancing.inventory.get(TARGET_GROUP, targetGroupArn);
    if (resource === undefined) {
      throw new AwsError("TargetGroupNotFound", `Target groups '${targetGroupArn}' not found`);
    }
    return readTargetGroup(resource);
  }

  #resolve(targetGroupArn: string, targets: readonly TargetId[]): readonly TargetRecord[] {
    const group = this.#group(targetGroupArn);
    return targets.map(({ id, port }) => {
      if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(id)) {
        throw new AwsError("ValidationError", `The IP address '${id}' is not a valid IPv4 address`);
      }
      return { address: id, port: port ?? group.port, registeredAt: Date.now(), passed: false };
    });
  }

  #apply(targetGroupArn: string, lag: number): void {
    for (const arn of this.#balancing.inventory.loadBalancersOf(targetGroupArn))
      this.#balancing.soon(arn, lag);
  }
}

function same(left: TargetRecord, right: TargetRecord): boolean {
  return serverName(left) === serverName(right);
}
