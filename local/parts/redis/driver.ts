import { memberClusters } from "../../aws/services/elasticache/endpoints.ts";
import { PARAMETER_GROUP, REPLICATION_GROUP, usersOf } from "../../aws/services/elasticache/references.ts";
import type { DriverContext, Observation, PartDriver, Progress } from "../../region/part.ts";
import type { StoredResource } from "../../region/protocol.ts";
import { number, requiredText } from "../input.ts";
import { ReplicationGroup } from "./group.ts";
import { readGroup } from "./group-input.ts";
import { differing, givenParameters, settingsOf } from "./settings.ts";

/**
 * ElastiCache's replication groups and parameter groups, on Debian's Redis: a host a node, TLS and token, the
 * region as the control plane that fails over. Known differences: it stands in for Valkey too; memory is a fraction of
 * the node type's; commands that ElastiCache does not have answer NOPERM; nodes have no names of their own beside the
 * two endpoints; every change is made at once. Recorded alone: encryption at rest, snapshots, windows, notifications
 * and log delivery.
 */
export function createCacheDrivers(context: DriverContext): PartDriver[] {
  const groups = new Groups(context);
  return [replicationGroupDriver(context, groups), parameterGroupDriver(context, groups)];
}

/** The groups that run, by id. */
class Groups {
  readonly #context: DriverContext;
  readonly #running = new Map<string, ReplicationGroup>();

  constructor(context: DriverContext) {
    this.#context = context;
  }

  of(id: string): ReplicationGroup {
    const known = this.#running.get(id);
    if (known !== undefined) return known;
    const group = new ReplicationGroup(this.#context.machine, id, this.#context.log);
    this.#running.set(id, group);
    return group;
  }

  forget(id: string): void {
    this.#running.delete(id);
  }
}

function replicationGroupDriver({ account }: DriverContext, groups: Groups): PartDriver {
  const ensure = async (
    resource: StoredResource,
    progress: Progress,
  ): Promise<Readonly<Record<string, never>>> => {
    const input = readGroup(resource, account);
    if (input.skew !== undefined) progress(input.skew);
    await groups.of(resource.id).ensure(input, progress);
    return {};
  };
  return {
    types: [REPLICATION_GROUP],
    create: ensure,
    update: (resource, _previous, progress) => ensure(resource, progress),
    async delete({ id, outputs }) {
      const names = ["primaryEndpointAddress", "readerEndpointAddress"].map((key) =>
        requiredText(outputs, key),
      );
      await groups.of(id).remove(names);
      groups.forget(id);
    },
    // With some of its nodes it is there and smaller: `observe` says so.
    present: async ({ id }) => (await groups.of(id).presentNodes()).length > 0,
    async observe({ id, outputs }): Promise<Observation> {
      const wanted = number(outputs, "numCacheClusters", 1);
      const present = await groups.of(id).presentNodes();
      if (present.length >= wanted) return {};
      const names = memberClusters(id, wanted);
      const count = present.length;
      return {
        inputs: { numCacheClusters: count },
        outputs: {
          numCacheClusters: count,
          replicasPerNodeGroup: count - 1,
          memberClusters: present.flatMap((node) => names[node - 1] ?? []),
        },
      };
    },
    async adopt(resource, progress) {
      await ensure(resource, progress);
    },
  };
}

/** It runs nothing itself: its parameters take effect on the nodes of the groups that use it. */
function parameterGroupDriver({ account }: DriverContext, groups: Groups): PartDriver {
  return {
    types: [PARAMETER_GROUP],
    create: async () => ({}),
    async update(resource) {
      for (const user of usersOf(account, "parameterGroupName", resource.id)) {
        await groups.of(user.id).configure(readGroup(user, account, resource));
      }
      return {};
    },
    delete: async () => undefined,
    present: async () => true,
    /** A setting that was changed by hand on a node reads as if it had been changed here. */
    async observe(resource): Promise<Observation> {
      const given = givenParameters(resource);
      const parameters = { ...given };
      for (const user of usersOf(account, "parameterGroupName", resource.id)) {
        const actual = await groups.of(user.id).settings();
        const wanted = settingsOf(requiredText(user.outputs, "nodeType"), given);
        if (actual !== undefined) Object.assign(parameters, differing(wanted, actual));
      }
      if (JSON.stringify(parameters) === JSON.stringify(given)) return {};
      const list = Object.entries(parameters).map(([name, value]) => ({ name, value }));
      return { inputs: { parameters: list }, outputs: { parameters: list } };
    },
    adopt: async () => undefined,
  };
}
