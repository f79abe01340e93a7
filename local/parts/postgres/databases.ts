import { rm } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { flag, number, text } from "../../aws/services/fields.ts";
import { INSTANCE, findParameterGroup } from "../../aws/services/rds/references.ts";
import { actualParameters } from "./drift.ts";
import { Copies } from "./copies.ts";
import { Instance } from "./instance.ts";
import { backupLayout } from "./layout.ts";
import { readParameters } from "./parameters.ts";
import { InstanceRecords } from "./record.ts";
import { answers, removeServer } from "./server.ts";
import { takeFinalSnapshot } from "./snapshots.ts";
import type { InstanceRecord } from "./record.ts";
import type { Leader } from "./replication.ts";
import type { Parameter } from "./parameters.ts";
import { TIMING } from "./site.ts";
import type { Site, Timing } from "./site.ts";
import type { DriverContext } from "../../region/part.ts";
import type { LocalMachine } from "../host/machine.ts";
import type { StoredResource } from "../../region/protocol.ts";

export interface PostgresContext extends Omit<DriverContext, "machine"> {
  readonly machine: LocalMachine;
  /** Default: `TIMING`. */
  readonly timing?: Timing;
}

/** The databases of a machine. */
export class Databases implements Site {
  readonly machine: DriverContext["machine"];
  readonly account: DriverContext["account"];
  readonly log: DriverContext["log"];
  readonly records: InstanceRecords;
  readonly copies = new Copies();
  readonly timing: Timing;
  readonly #instances = new Map<string, Instance>();
  /** Resources as a change that is under way wants them. */
  readonly #wanted = new Map<string, StoredResource>();

  constructor({ machine, account, log, timing = TIMING }: PostgresContext) {
    this.machine = machine;
    this.account = account;
    this.log = log;
    this.timing = timing;
    this.records = new InstanceRecords(machine);
    machine.ended.addEventListener("abort", () => {
      for (const instance of this.#instances.values()) void instance.close();
    });
  }

  resource(id: string): StoredResource | undefined {
    return this.#wanted.get(id) ?? this.account.get(INSTANCE, id);
  }

  parameters(group: string): readonly Parameter[] {
    const found = this.#wanted.get(group) ?? findParameterGroup(this.account, group);
    return found === undefined ? [] : readParameters(found.outputs);
  }

  /** Runs a change with the resource as it will be; one that failed leaves it as it was. */
  async changing<T>(resource: StoredResource, change: () => Promise<T>): Promise<T> {
    this.#wanted.set(resource.id, resource);
    return change().finally(() => this.#wanted.delete(resource.id));
  }

  /** Resolves when the instance is all that its resource says. */
  async ensure(id: string): Promise<void> {
    await this.#instance(id).ensure();
  }

  async adopt(id: string): Promise<void> {
    await this.#instance(id).adopt();
  }

  #instance(id: string): Instance {
    const instance = this.#instances.get(id) ?? new Instance(this, id);
    this.#instances.set(id, instance);
    return instance;
  }

  /** Instances of the record that use a parameter group. */
  usersOf(group: string): readonly string[] {
    return this.account
      .all(INSTANCE)
      .filter(({ id, outputs }) => this.#instances.has(id) && text(outputs, "parameterGroupName") === group)
      .map(({ id }) => id);
  }

  /** The parameters of a group as the first server that differs has them; undefined when none does. */
  async handMade(group: StoredResource): Promise<readonly Parameter[] | undefined> {
    const parameters = readParameters(group.outputs);
    for (const id of this.usersOf(group.id)) {
      const [resource, record] = [this.resource(id), this.records.get(id)];
      if (!resource || !record) continue;
      const server = record.primary;
      if (!(await answers(this.machine, server))) continue;
      const actual = await actualParameters(this.machine, server, parameters);
      if (!isDeepStrictEqual(actual, parameters)) return actual;
    }
    return undefined;
  }

  /** Ends all of an instance and removes what it kept; also of one whose creation was cut off. */
  async remove(resource: StoredResource): Promise<void> {
    const { id, outputs } = resource;
    const made = this.records.get(id);
    if (made) await takeFinalSnapshot(this, resource, made, this.#leader(resource, made));
    await this.#instances.get(id)?.close();
    this.#instances.delete(id);
    const address = text(outputs, "address");
    if (address !== undefined) await this.machine.dns.remove(address);
    const record = this.records.get(id);
    if (record) {
      const nodes = [record.primary, ...(record.standby ? [record.standby] : [])];
      const hosts = [...nodes.map(({ host }) => host), ...record.discarded];
      await Promise.all(
        hosts.map(async (host) => {
          await this.copies.cancel(host);
          await removeServer(this.machine, host);
        }),
      );
    }
    // Kept ones are of no use here but to a person: they too go with the region.
    if (flag(outputs, "deleteAutomatedBackups") !== false) {
      await rm(backupLayout(this.machine, id).folder, { recursive: true, force: true });
    }
    this.records.remove(id);
    if (record?.source !== undefined) await this.#forgetReplica(record.source);
  }

  #leader(resource: StoredResource, record: InstanceRecord): Leader | undefined {
    const [endpoint, port] = [text(resource.outputs, "address"), number(resource.outputs, "port")];
    const host = this.machine.hosts.get(record.primary.host);
    if (host === undefined || endpoint === undefined) return undefined;
    return { host: host.name, address: host.address, endpoint, port: port ?? 5432 };
  }

  /** What it had not got yet need not be kept for it any more. */
  async #forgetReplica(source: string): Promise<void> {
    if (this.#instances.has(source)) await this.ensure(source);
  }

  /** False when its hosts were removed by hand; of two, one that is left brings the other back. */
  async present({ id }: StoredResource): Promise<boolean> {
    const record = this.records.get(id);
    if (record === undefined) return false;
    const nodes = [record.primary, ...(record.standby ? [record.standby] : [])];
    const there = await Promise.all(nodes.map(({ host }) => this.machine.hosts.present(host)));
    return there.includes(true);
  }
}
