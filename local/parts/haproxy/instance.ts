import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import type { Machine } from "../machine.ts";
import { writeFileAtomic } from "../host/atomic-file.ts";
import { serving } from "../host/serving.ts";
import { until } from "../host/until.ts";
import { configuration, responseBodies, weightsMap } from "./configuration.ts";
import { Control } from "./control.ts";
import type { Worker } from "./control.ts";
import { errorCode } from "./error-code.ts";
import { errorPages } from "./error-pages.ts";
import { parseServerStatus, STATUS_COMMANDS } from "./server-status.ts";
import type { ServerStatus } from "./server-status.ts";
import { phase, planServers } from "./server-plan.ts";
import type { Lag } from "./server-plan.ts";
import {
  configurationFile,
  errorFile,
  masterSocket,
  serverName,
  serverStateFile,
  weightsFile,
} from "./site.ts";
import type { Server, Site } from "./site.ts";
import type { TargetStore } from "./target-store.ts";
import type { Topology } from "./topology.ts";

const HAPROXY = "/usr/sbin/haproxy";
const START_DEADLINE_MS = 10_000;

export interface InstanceOptions {
  readonly machine: Pick<Machine, "processes" | "run">;
  /** The host it runs in; undefined: the machine's own namespace. */
  readonly host: string | undefined;
  readonly process: string;
  readonly site: Site;
  readonly store: TargetStore;
  readonly lag: Lag;
  /** What it should serve now. */
  readonly topology: () => Topology;
}

/** One load balancer's HAProxy: brings the running process to what the record says. Not to be called at the same time. */
export class Instance {
  readonly #options: InstanceOptions;
  readonly #control: Control;
  /** What the process was brought to last; the record may be ahead of it while a change waits for its turn. */
  #applied: Topology | undefined;

  constructor(options: InstanceOptions) {
    this.#options = options;
    this.#control = new Control(masterSocket(options.site));
  }

  /** Starts it, or reloads it when the topology is another, then sets weights and servers. Answers true while a target is under way. */
  async apply(): Promise<boolean> {
    const topology = this.#options.topology();
    if (topology.listeners.length === 0) {
      await this.#options.machine.processes.stop(this.#options.process);
      this.#applied = undefined;
      return false;
    }
    if (!this.#options.machine.processes.running(this.#options.process)) {
      this.#write(topology, NO_SERVERS);
      writeFileAtomic(serverStateFile(this.#options.site), EMPTY_STATE);
      await this.#ensureProcess();
    } else if (this.#shapeOnDisk() !== this.#shape(topology)) {
      await this.#reload(topology);
    }
    this.#applied = topology;
    return this.#refresh(topology);
  }

  /** Weights and servers alone, in every worker: those that a reload left behind still answer their last requests. */
  async refresh(): Promise<boolean> {
    const recorded = this.#options.topology();
    const isServed = this.#shapeOnDisk() === this.#shape(recorded);
    const topology = isServed ? recorded : this.#applied;
    return topology !== undefined && this.#refresh(topology);
  }

  async #refresh(topology: Topology): Promise<boolean> {
    if (topology.listeners.length === 0) return false;
    const workers = await this.#control.workers();
    for (const worker of workers) {
      await this.#setWeights(worker, topology);
      await this.#setServers(worker, topology);
    }
    this.#forgetGone(topology);
    return this.#underWay(topology);
  }

  /** The current worker's servers. */
  async servers(): Promise<readonly ServerStatus[]> {
    const worker = (await this.#control.workers()).find(({ current }) => current);
    if (worker === undefined) throw new Error(`${this.#options.process} has no worker`);
    return parseServerStatus(await this.#control.run(worker, STATUS_COMMANDS));
  }

  async #ensureProcess(): Promise<void> {
    const { machine, host, process, site } = this.#options;
    await this.#verify();
    await machine.processes.ensure({
      name: process,
      host,
      command: HAPROXY,
      args: ["-W", "-S", `${masterSocket(site)},mode,600`, "-f", configurationFile(site)],
    });
    const isServing = async (): Promise<boolean> => (await this.#answering()) !== undefined;
    await serving(machine.processes, process, START_DEADLINE_MS, isServing);
  }

  /** Hitless: the new worker takes over the listening sockets, starts with every server in its present state, and the old one ends its connections. */
  async #reload(topology: Topology): Promise<void> {
    const { machine, process, site } = this.#options;
    const before = (await this.#control.workers()).find(({ current }) => current);
    if (before !== undefined) {
      const [state] = await this.#control.run(before, ["show servers state"]);
      writeFileAtomic(serverStateFile(site), `${state ?? ""}\n`);
    }
    const previous = readFileSync(configurationFile(site), "utf8");
    this.#write(topology, this.#servingTargets(topology));
    try {
      await this.#verify();
    } catch (error) {
      writeFileAtomic(configurationFile(site), previous);
      throw error;
    }
    machine.processes.signal(process, "SIGUSR2");
    await until(`${process} to reload`, START_DEADLINE_MS, async () => {
      const current = await this.#answering();
      return current !== undefined && current !== before?.pid;
    });
    // A later crash must bring back neither these servers nor their states: it starts with none, and each is checked first.
    this.#write(topology, NO_SERVERS);
    writeFileAtomic(serverStateFile(site), EMPTY_STATE);
  }

  async #verify(): Promise<void> {
    await this.#options.machine.run(HAPROXY, ["-c", "-q", "-f", configurationFile(this.#options.site)]);
  }

  /** The current worker's pid once it answers; undefined while the master's socket is not there, at a start or in a reload. */
  async #answering(): Promise<number | undefined> {
    try {
      const worker = (await this.#control.workers()).find(({ current }) => current);
      if (worker === undefined) return undefined;
      const [info = ""] = await this.#control.run(worker, ["show info"]);
      return info.includes("Name: HAProxy") ? worker.pid : undefined;
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  async #setWeights(worker: Worker, topology: Topology): Promise<void> {
    const wanted = weightsMap(topology);
    if (wanted.size === 0) return;
    const file = weightsFile(this.#options.site);
    writeFileAtomic(file, mapText(wanted));
    const [listing = ""] = await this.#control.run(worker, [`show map ${file}`]);
    for (const line of listing.split("\n")) {
      const [, key = "", value] = line.split(" ");
      const weights = wanted.get(key);
      if (weights !== undefined && weights !== value)
        await this.#change(worker, [`set map ${file} ${key} ${weights}`]);
    }
  }

  async #setServers(worker: Worker, topology: Topology): Promise<void> {
    const { store, lag } = this.#options;
    const servers = parseServerStatus(await this.#control.run(worker, STATUS_COMMANDS));
    for (const group of topology.targetGroups) {
      const plan = planServers(group, store.list(group.arn), servers, lag, Date.now());
      await this.#change(worker, plan.commands);
      if (!worker.current || plan.passed.length + plan.added.length === 0) continue;
      store.change(group.arn, (records) =>
        records.map((record) => {
          const name = serverName(record);
          return plan.added.includes(name) || plan.passed.includes(name)
            ? { ...record, passed: plan.passed.includes(name) }
            : record;
        }),
      );
    }
  }

  /** An old worker may lack the backend, and a server may get a last request while it leaves: the next round sees to both. */
  async #change(worker: Worker, commands: readonly string[]): Promise<void> {
    const outputs = await this.#control.run(worker, commands);
    const refused = commands.flatMap((command, index) => {
      const output = outputs[index] ?? "";
      const fine =
        output === "" || DONE.includes(output) || output.includes("still has connections attached");
      return fine ? [] : [`'${command}': ${output}`];
    });
    if (worker.current && refused.length > 0) throw new Error(`haproxy refused ${refused.join("; ")}`);
  }

  #forgetGone(topology: Topology): void {
    const { store, lag } = this.#options;
    for (const group of topology.targetGroups) {
      const gone = store.list(group.arn).filter((record) => phase(record, group, lag, Date.now()) === "gone");
      if (gone.length > 0)
        store.change(group.arn, (records) => records.filter((record) => !gone.includes(record)));
    }
  }

  #underWay(topology: Topology): boolean {
    return topology.targetGroups.some(({ arn }) =>
      this.#options.store.list(arn).some((record) => !record.passed || record.drainingSince !== undefined),
    );
  }

  /** All files; unchanged ones are left alone. */
  #write(topology: Topology, servers: ReadonlyMap<string, readonly Server[]>): void {
    const { site } = this.#options;
    for (const [name, text] of errorPages()) writeChanged(errorFile(site, name), text);
    for (const [file, text] of responseBodies(topology, site)) writeChanged(file, text);
    writeChanged(weightsFile(site), mapText(weightsMap(topology)));
    const text = configuration(topology, site, servers);
    writeChanged(configurationFile(site), `${SHAPE}${this.#shape(topology)}\n${text}`);
  }

  #servingTargets(topology: Topology): ReadonlyMap<string, readonly Server[]> {
    const { store, lag } = this.#options;
    return new Map(
      topology.targetGroups.map((group) => [
        group.arn,
        store.list(group.arn).filter((record) => phase(record, group, lag, Date.now()) === "serving"),
      ]),
    );
  }

  /** Everything a running HAProxy cannot change. */
  #shape(topology: Topology): string {
    const { site } = this.#options;
    const parts = [configuration(topology, site, NO_SERVERS), ...responseBodies(topology, site).values()];
    return createHash("sha256").update(parts.join("\0")).digest("hex");
  }

  #shapeOnDisk(): string | undefined {
    const [first = ""] = (readIfThere(configurationFile(this.#options.site)) ?? "").split("\n");
    return first.startsWith(SHAPE) ? first.slice(SHAPE.length) : undefined;
  }
}

const SHAPE = "# Written by Twinstack; a change here is lost. Shape ";
const EMPTY_STATE = "1\n";
const NO_SERVERS: ReadonlyMap<string, readonly Server[]> = new Map();
const DONE = ["New server registered.", "Server deleted."];

function mapText(entries: ReadonlyMap<string, string>): string {
  return [...entries].map(([key, value]) => `${key} ${value}\n`).join("");
}

function writeChanged(file: string, text: string): void {
  if (readIfThere(file) !== text) writeFileAtomic(file, text);
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  return ["ENOENT", "ECONNREFUSED", "ECONNRESET", "EPIPE"].includes(errorCode(error) ?? "");
}
