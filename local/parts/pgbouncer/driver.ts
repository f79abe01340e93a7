import { object, text } from "../../aws/services/fields.ts";
import { PROXY, PROXY_TARGET, PROXY_TARGET_GROUP } from "../../aws/services/rds/references.ts";
import { poolConfig, proxyInputs } from "./drift.ts";
import { Pooler } from "./pooler.ts";
import { readProxy } from "./proxy-input.ts";
import type { LocalMachine } from "../host/machine.ts";
import type { DriverContext, PartDriver } from "../../region/part.ts";
import type { StoredResource } from "../../region/protocol.ts";

const NOTHING = {};

export interface PgbouncerContext extends Omit<DriverContext, "machine"> {
  readonly machine: LocalMachine;
}

/**
 * `aws:rds/proxy:Proxy` on Debian's PgBouncer in a host of its own. Known differences to RDS Proxy: it runs in one
 * subnet, not in all; prepared statements of the protocol and settings of a session do not pin a connection to their
 * client but get lost between transactions (PgBouncer 1.18 in transaction mode), so that they must not be used at all;
 * it knows the instance's first database and `postgres` alone; `maxIdleConnectionsPercent` and `sessionPinningFilters`
 * have no effect. As with RDS Proxy, an idle client keeps its connection through a failover, a statement under way breaks,
 * and others wait for as long as `connectionBorrowTimeout` says.
 */
export function createPgbouncerDrivers({ machine, account, log }: PgbouncerContext): PartDriver[] {
  const poolers = new Map<string, Pooler>();
  /** Resources as a change that is under way wants them. */
  const wanted = new Map<string, StoredResource>();
  machine.ended.addEventListener("abort", () => {
    for (const pooler of poolers.values()) void pooler.close();
  });
  const key = (type: string, id: string): string => `${type} ${id}`;

  const poolerOf = (id: string): Pooler => {
    const known = poolers.get(id);
    if (known !== undefined) return known;
    const input = () =>
      readProxy(id, account, (type, name) => wanted.get(key(type, name)) ?? account.get(type, name));
    const pooler = new Pooler(id, machine, input, log);
    poolers.set(id, pooler);
    return pooler;
  };

  /** The record has the resource as it is wanted only after this has ended: forgotten a turn of the loop later. */
  async function changing(resource: StoredResource, change: () => Promise<void>): Promise<typeof NOTHING> {
    const entry = key(resource.type, resource.id);
    wanted.set(entry, resource);
    try {
      await change();
    } finally {
      setImmediate(() => {
        if (wanted.get(entry) === resource) wanted.delete(entry);
      });
    }
    return NOTHING;
  }

  const ensure = (resource: StoredResource): Promise<typeof NOTHING> =>
    changing(resource, () => poolerOf(resource.id).ensure());
  const proxy: PartDriver = {
    types: [PROXY],
    async create(resource, progress) {
      progress("starting PgBouncer");
      return ensure(resource);
    },
    update: ensure,
    async delete({ id, outputs }) {
      await poolerOf(id).remove(text(outputs, "endpoint") ?? "");
      poolers.delete(id);
    },
    present: ({ id }) => machine.hosts.present(poolerOf(id).host),
    observe: async ({ id }) => Promise.resolve({ inputs: proxyInputs(poolerOf(id).drift().found) }),
    adopt: async ({ id }) => poolerOf(id).adopt(),
  };

  /** Target group and target are settings of their proxy's pooler. */
  const apply = async (resource: StoredResource): Promise<typeof NOTHING> => {
    const id = text(resource.outputs, "dbProxyName") ?? "";
    // Without its pooler (removed by hand) there is nothing to set; the one that is made again reads the record.
    if (!poolers.has(id)) return NOTHING;
    return changing(resource, () => poolerOf(id).ensure());
  };
  const settings: PartDriver = {
    types: [PROXY_TARGET_GROUP, PROXY_TARGET],
    create: apply,
    update: apply,
    // The pooler sees that it is gone within a second.
    delete: async () => undefined,
    present: async () => true,
    async observe({ type, inputs, outputs }) {
      const pooler = poolers.get(text(outputs, "dbProxyName") ?? "");
      if (type !== PROXY_TARGET_GROUP || pooler === undefined) return Promise.resolve({});
      const { found, maxConnections } = pooler.drift();
      const changed = poolConfig(found, maxConnections);
      if (Object.keys(changed).length === 0) return Promise.resolve({});
      const pool = object(inputs, "connectionPoolConfig") ?? {};
      return Promise.resolve({ inputs: { connectionPoolConfig: { ...pool, ...changed } } });
    },
    adopt: async () => undefined,
  };
  return [proxy, settings];
}
