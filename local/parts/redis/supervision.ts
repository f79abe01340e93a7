import type { Machine } from "../machine.ts";
import type { GroupInput } from "./group-input.ts";
import type { GroupRecord } from "./group-record.ts";
import type { RedisNode } from "./node.ts";

const INSPECT_MS = 1000;

/** A replication group that runs. */
export interface RunningGroup {
  readonly input: GroupInput;
  readonly nodes: readonly RedisNode[];
  readonly record: GroupRecord;
  /** Durable when it returns. */
  save(record: GroupRecord): void;
}

export function primaryOf({ nodes, record }: RunningGroup): RedisNode {
  const primary = nodes.find(({ name }) => name === record.primary);
  if (primary === undefined) throw new Error(`there is no node ${record.primary}, the recorded primary`);
  return primary;
}

function replicasOf(group: RunningGroup): readonly RedisNode[] {
  const primary = primaryOf(group);
  return group.nodes.filter((node) => node !== primary);
}

/**
 * What ElastiCache's own control plane does: when the primary fails, the replica whose data go furthest is promoted
 * and the endpoint's name moves to it; what died comes back as a replica. A node whose host was taken away is not
 * made again here: that is drift.
 */
export class Supervision {
  readonly #machine: Machine;
  readonly #log: (message: string) => void;
  #inspected = 0;

  constructor(machine: Machine, log: (message: string) => void) {
    this.#machine = machine;
    this.#log = log;
  }

  /** Looks at the processes; once a second also at what the nodes say of themselves. */
  async round(group: RunningGroup): Promise<void> {
    for (const node of group.nodes) if (node.running && !node.alive) await node.fence();
    if (!primaryOf(group).running) await this.#replacePrimary(group);
    const primary = primaryOf(group);
    if (!primary.running) return;
    for (const node of replicasOf(group)) {
      if (node.running || !node.inPlace || !node.mayStart) continue;
      // First out of the reader endpoint: until it is filled it would answer as if there were no data.
      node.linked = false;
      await this.publish(group);
      await node.start(group.input, group.record.passwords, primary.address);
    }
    if (Date.now() - this.#inspected >= INSPECT_MS) await this.inspect(group);
  }

  /** Asks every node, puts right whom it follows, and publishes the endpoints. */
  async inspect(group: RunningGroup): Promise<void> {
    this.#inspected = Date.now();
    await Promise.all(
      group.nodes.filter(({ running }) => running).map((node) => this.#inspectNode(group, node)),
    );
    await this.publish(group);
  }

  /** All nodes run, the primary answers, the replicas are filled. */
  settled(group: RunningGroup): boolean {
    const primary = primaryOf(group);
    const ready = group.nodes.every((node) => node.running && node.silentSince === undefined);
    return ready && primary.answered && replicasOf(group).every(({ linked }) => linked);
  }

  /** Promotes the most advanced of `candidates`, whose old primary can do no harm any more. */
  async promote(group: RunningGroup, best: RedisNode): Promise<void> {
    // Recorded first: a region that dies now finishes the promotion when it is back.
    group.save({ ...group.record, primary: best.name });
    await best.promote();
    await this.publish(group);
    const followers = replicasOf(group).filter(({ alive }) => alive);
    await Promise.all(
      followers.map((node) =>
        node.follow(best.address, group.input.port).catch((error: unknown) => {
          this.#log(`${node.name} does not follow ${best.name} yet: ${String(error)}`);
        }),
      ),
    );
  }

  /** The endpoints' names; a reader endpoint without a replica that is filled is the primary. */
  async publish(group: RunningGroup): Promise<void> {
    const { primaryName, readerName } = group.input;
    const primary = primaryOf(group).address;
    const readers = replicasOf(group)
      .filter(({ linked, alive }) => linked && alive)
      .map(({ address }) => address);
    await this.#point(primaryName, [primary]);
    await this.#point(readerName, readers.length > 0 ? readers : [primary]);
  }

  async #point(name: string, addresses: readonly string[]): Promise<void> {
    if (this.#machine.dns.resolve(name).join() === addresses.join()) return;
    await this.#machine.dns.set(name, addresses);
  }

  async #inspectNode(group: RunningGroup, node: RedisNode): Promise<void> {
    const primary = primaryOf(group);
    try {
      const { role, primaryAddress, linked, filling } = await node.admin.replication();
      node.silentSince = undefined;
      node.failure = undefined;
      node.answered = true;
      if (node === primary) {
        if (role === "slave") await node.promote();
        return;
      }
      if (role === "master" || primaryAddress !== primary.address) {
        await node.follow(primary.address, group.input.port);
        return;
      }
      node.linked = linked;
      // The other end is dead, or one of the two lost its link: the links are looked up only now, it takes a program.
      if (linked || filling) return;
      for (const end of [primary, node]) end.cutOff = !(await this.#machine.hosts.present(end.name));
    } catch (error) {
      node.silentSince ??= Date.now();
      node.failure = error as Error;
      if (node.answered) this.#log(`${node.name} does not answer: ${String(error)}`);
    }
  }

  /**
   * The primary's process is gone. As long as a replica may hold the data, the old primary is not started: it would
   * be empty, and its replicas would empty themselves to be like it.
   */
  async #replacePrimary(group: RunningGroup): Promise<void> {
    const old = primaryOf(group);
    const holders = replicasOf(group).filter(({ alive }) => alive);
    const best = await mostAdvanced(holders);
    if (best !== undefined) {
      // Whatever became of it meanwhile: there are never two primaries.
      await old.fence();
      await this.promote(group, best);
      this.#log(`${group.input.id}: ${old.name} failed, ${best.name} is the primary now`);
      return;
    }
    if (holders.length > 0) return;
    const next = old.inPlace ? old : group.nodes.find(({ inPlace }) => inPlace);
    if (next === undefined || !next.mayStart) return;
    if (old.answered)
      this.#log(`${group.input.id}: no node holds the data any more, ${next.name} starts empty`);
    group.save({ ...group.record, primary: next.name });
    await next.start(group.input, group.record.passwords, undefined);
    await this.publish(group);
  }
}

/** Undefined while none of them answers. One that is just being filled has nothing whole to offer. */
export async function mostAdvanced(nodes: readonly RedisNode[]): Promise<RedisNode | undefined> {
  const answers = await Promise.all(
    nodes.map(async (node) => {
      const found = await node.admin.replication().catch(() => undefined);
      return found && { node, reach: found.filling ? -1 : found.offset };
    }),
  );
  const [best] = answers
    .filter((answer) => answer !== undefined)
    .sort((one, other) => other.reach - one.reach);
  return best?.node;
}
