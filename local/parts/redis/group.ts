import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import type { Progress } from "../../region/part.ts";
import { Scheduler } from "../scheduler.ts";
import type { Machine } from "../machine.ts";
import { tokensAfter } from "./access.ts";
import { hostPrefix } from "./group-input.ts";
import type { GroupInput } from "./group-input.ts";
import { newRecord, readRecord, writeRecord } from "./group-record.ts";
import type { GroupRecord } from "./group-record.ts";
import { neverServes } from "./never-serves.ts";
import { RedisNode } from "./node.ts";
import { ownerOf, walkableFolder } from "./owner.ts";
import { handOver } from "./hand-over.ts";
import { primaryOf, Supervision } from "./supervision.ts";
import type { RunningGroup } from "./supervision.ts";
import type { Settings } from "./settings.ts";

const SETTLE_MS = 30_000;
const POLL_MS = 50;

/** A replication group: its hosts, its nodes and the loop that looks after them. */
export class ReplicationGroup {
  readonly id: string;
  readonly #machine: Machine;
  readonly #supervision: Supervision;
  readonly #scheduler: Scheduler;
  #running: Running | undefined;

  constructor(machine: Machine, id: string, log: (message: string) => void) {
    this.id = id;
    this.#machine = machine;
    this.#supervision = new Supervision(machine, log);
    this.#scheduler = new Scheduler(
      async () => {
        if (this.#running) await this.#supervision.round(this.#running);
        return true;
      },
      (error) => log(`replication group ${id}: ${error instanceof Error ? error.message : String(error)}`),
    );
  }

  /** Makes it, takes it over or changes it to `input`; resolves when every node serves. */
  async ensure(input: GroupInput, progress: Progress): Promise<void> {
    await this.#scheduler.run(async () => {
      const { members } = input;
      await this.#makeHosts(input);
      const names = members.map(({ host }) => host);
      const surplus = this.#hostNames().filter((name) => !names.includes(name));
      const group = await this.#prepare(input, [...names, ...surplus]);
      if (surplus.includes(group.record.primary)) await handOver(group, names, this.#supervision);
      await this.#removeNodes(group, surplus);
      progress(`${members.length} Redis nodes start: ${names.join(", ")}`);
      await this.#settle(group);
      for (const node of group.nodes) await node.configure(input, group.record.passwords);
      const { name, host } = primaryOf(group);
      progress(`${name} in ${host?.zone ?? ""} is the primary, ${members.length - 1} replicas follow it`);
      return true;
    });
  }

  /** Applies other settings to the running nodes. */
  async configure(input: GroupInput): Promise<void> {
    await this.#scheduler.run(async () => {
      const group = this.#running;
      if (group === undefined) return false;
      group.input = input;
      for (const node of group.nodes.filter(({ alive }) => alive)) {
        await node.configure(input, group.record.passwords);
      }
      return true;
    });
  }

  /** The settings in force on the primary; undefined while it does not answer. */
  async settings(): Promise<Settings | undefined> {
    const primary = this.#running && primaryOf(this.#running);
    // One that fails just now says nothing; the supervision tells of it.
    return primary?.alive === true ? primary.settings().catch(() => undefined) : undefined;
  }

  /** Numbers, from 1, of the nodes whose hosts nobody took away. */
  async presentNodes(): Promise<readonly number[]> {
    const found = await Promise.all(
      this.#hostNames().map(async (name) =>
        (await this.#machine.hosts.present(name)) ? [number(name)] : [],
      ),
    );
    return found.flat().sort((one, other) => one - other);
  }

  /** Also what a cut-off creation left. */
  async remove(names: readonly string[]): Promise<void> {
    await this.close();
    for (const name of names) await this.#machine.dns.remove(name);
    await Promise.all(this.#hostNames().map((name) => this.#removeHost(name)));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Stops looking after it; the nodes run on. */
  async close(): Promise<void> {
    await this.#scheduler.close();
    for (const { admin } of this.#running?.nodes ?? []) admin.close();
    this.#running = undefined;
  }

  get #folder(): string {
    return join(this.#machine.dataDir("redis"), hostPrefix(this.id));
  }

  get #recordFile(): string {
    return join(this.#folder, "group.json");
  }

  #hostNames(): readonly string[] {
    const prefix = `${hostPrefix(this.id)}-`;
    return this.#machine.hosts
      .list()
      .map(({ name }) => name)
      .filter((name) => name.startsWith(prefix));
  }

  /** A node stays in the subnet it was made in. Replication passes by the security groups, as at AWS. */
  async #makeHosts({ members, securityGroupIds }: GroupInput): Promise<void> {
    await Promise.all(
      members.map(({ host, subnetId }) =>
        this.#machine.hosts.ensure(
          host,
          this.#machine.hosts.get(host)?.subnetId ?? subnetId,
          securityGroupIds,
          { network: `elasticache/${this.id}` },
        ),
      ),
    );
  }

  async #prepare(input: GroupInput, names: readonly string[]): Promise<Running> {
    const owner = await ownerOf(this.#machine);
    walkableFolder(this.#folder);
    const file = this.#recordFile;
    const old = readRecord(file) ?? newRecord(names[0] ?? "");
    const tokens = tokensAfter(old.passwords.tokens, input.authToken, input.tokenStrategy);
    const group: Running = {
      input,
      record: old,
      nodes: [],
      save(record) {
        writeRecord(file, record);
        group.record = record;
      },
    };
    group.save({ ...old, passwords: { ...old.passwords, tokens } });
    const before = this.#running?.nodes ?? [];
    group.nodes = names.map(
      (name) =>
        before.find((node) => node.name === name) ??
        new RedisNode(this.#machine, owner, this.#folder, name, old.passwords.region),
    );
    // Its host was just made, or made again.
    for (const node of group.nodes) node.cutOff = false;
    this.#running = group;
    return group;
  }

  async #settle(group: Running): Promise<void> {
    const end = Date.now() + SETTLE_MS;
    for (;;) {
      await this.#supervision.round(group);
      await this.#supervision.inspect(group);
      if (this.#supervision.settled(group)) return;
      const hopeless = group.nodes.map(neverServes).find((why) => why !== undefined);
      if (hopeless !== undefined) throw new Error(`replication group ${this.id}: ${hopeless}`);
      if (Date.now() > end) {
        const late = group.nodes.filter((node) => !node.running || !node.answered);
        const who = late.map(({ name, failure, lastWords }) => `${name} (${failure?.message ?? lastWords})`);
        throw new Error(
          `replication group ${this.id}: ${who.join(", ") || "a replica"} does not serve after ${SETTLE_MS} ms; see <state>/log/<node>-redis-server.log`,
        );
      }
      await delay(POLL_MS);
    }
  }

  async #removeNodes(group: Running, names: readonly string[]): Promise<void> {
    const gone = group.nodes.filter(({ name }) => names.includes(name));
    group.nodes = group.nodes.filter((node) => !gone.includes(node));
    for (const node of gone) {
      await node.fence();
      await this.#removeHost(node.name);
    }
  }

  async #removeHost(name: string): Promise<void> {
    await this.#machine.processes.stop(`${name}/redis-server`, 0);
    await this.#machine.hosts.remove(name);
    rmSync(join(this.#folder, name), { recursive: true, force: true });
    const authority = this.#machine.dataDir("authority");
    for (const ending of ["crt", "key"]) rmSync(join(authority, `${name}.${ending}`), { force: true });
  }
}

interface Running extends RunningGroup {
  input: GroupInput;
  nodes: readonly RedisNode[];
  record: GroupRecord;
}

function number(hostName: string): number {
  return Number(hostName.slice(hostName.lastIndexOf("-") + 1));
}
