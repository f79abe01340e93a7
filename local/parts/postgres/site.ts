import type { Account } from "../../aws/model.ts";
import type { StoredResource } from "../../region/protocol.ts";
import type { Machine } from "../machine.ts";
import type { Copies } from "./copies.ts";
import type { InstanceInput, Place } from "./instance-input.ts";
import type { Parameter } from "./parameters.ts";
import type { InstanceRecord, InstanceRecords, Node } from "./record.ts";
import type { Leader } from "./replication.ts";
import { hostName } from "./layout.ts";

/**
 * How far an instance is: `done`; it `waits` for something under way; a follower is being copied (`copying`), which takes as
 * long as it takes; or a follower is `astray`: its leader leads, and it does not follow.
 */
export type Progress = "done" | "waits" | "copying" | "astray";

/** How patient the ones who look after instances are. Other values than the defaults are for tests. */
export interface Timing {
  /** A server that runs and does not even refuse a connection for so long has hung. */
  readonly hungMs: number;
  /** A follower whose leader answers and that does not follow, nor get on, for so long is copied anew. */
  readonly astrayMs: number;
  /** A change that gets no further for so long has failed. */
  readonly settleMs: number;
  /** Most bytes a second that a follower's copy takes, as `pg_basebackup --max-rate` has it; undefined: no limit. */
  readonly maxRate: string | undefined;
  /** The clock that these are counted by, in ms. */
  readonly now: () => number;
}

export const TIMING: Timing = {
  hungMs: 10_000,
  astrayMs: 15_000,
  settleMs: 120_000,
  maxRate: undefined,
  now: Date.now,
};

/** What the steps of an instance's life share. */
export interface Site {
  readonly machine: Machine;
  readonly account: Account;
  readonly records: InstanceRecords;
  readonly copies: Copies;
  readonly timing: Timing;
  /** Parameters of a group as they are to be now, also while the group is being changed. */
  parameters(group: string): readonly Parameter[];
  /** The resource as it is to be now, also while it is being changed. */
  resource(id: string): StoredResource | undefined;
  /** A line in the region's log. */
  log(message: string): void;
}

/** The primary of an instance, for those who follow it; undefined when it has no host. */
export function leaderOf(site: Site, record: InstanceRecord, input: InstanceInput): Leader | undefined {
  const host = site.machine.hosts.get(record.primary.host);
  if (host === undefined) return undefined;
  return { host: host.name, port: input.port, endpoint: input.address, address: host.address };
}

/** The next server of an instance, at that place, as a change of its record. */
export function nextNode(record: Pick<InstanceRecord, "id" | "next">, place: Place): Node {
  return { host: hostName(record.id, record.next), ...place };
}

/** The place in another zone than `avoid` that the fewest servers of this machine's databases share; else any. */
export function placeApart(site: Site, input: InstanceInput, avoid: readonly string[]): Place {
  const servers = site.records
    .all()
    .flatMap(({ primary, standby }) => (standby ? [primary, standby] : [primary]));
  const load = ({ zone }: Place): number =>
    servers.filter((server) => server.zone === zone).length + (avoid.includes(zone) ? 1000 : 0);
  const [best] = [...input.places].sort((one, other) => load(one) - load(other));
  if (best === undefined)
    throw new Error(`dbSubnetGroupName: the subnet group of ${input.identifier} has no subnet`);
  return best;
}
