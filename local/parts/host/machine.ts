import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { toolPath } from "../../toolchain/tool.ts";
import { createDns } from "./dns.ts";
import { interfacesOf } from "./host-interface.ts";
import { createHosts } from "./hosts.ts";
import { NetworkRecord } from "./network-record.ts";
import { createNetwork } from "./network.ts";
import { createProcesses } from "./processes.ts";
import { createRun } from "./run.ts";
import { scope as scopeOf } from "./scope.ts";
import type { VpcDns } from "./dns.ts";
import type { VpcHosts } from "./hosts.ts";
import type { HostInterface } from "./host-interface.ts";
import type { Network } from "./network.ts";
import type { Scope } from "./scope.ts";
import type { Machine, Run } from "../machine.ts";

export interface MachineOptions {
  readonly stateDir: string;
  readonly runDir: string;
  /** Default: from `TWINSTACK_SCOPE`. */
  readonly scope?: Scope;
}

/** What the region drives beyond the parts' `Machine`: VPCs, their resolvers, and an end. */
export interface LocalMachine extends Machine {
  readonly scope: Scope;
  readonly hosts: VpcHosts;
  readonly network: Network;
  readonly resolvers: Omit<VpcDns, "names">;
  /** What each host's traffic passes through; also of hosts that are being made. */
  interfaces(): readonly HostInterface[];
  /**
   * The one who filters hosts: called and awaited whenever an interface, its groups or its ranges may be other ones,
   * and before a new host is connected. Without one nothing is filtered.
   */
  onInterfaces(filter: () => Promise<void>): void;
  /** Aborted by `close`: the end of everything in the background. */
  readonly ended: AbortSignal;
  /** Stops supervising. Hosts and processes stay, and the next `createMachine` on the same folders adopts them. */
  close(): void;
}

/** Needs root. Adopts what an earlier machine on the same folders left running; makes nothing by itself. */
export async function createMachine(options: MachineOptions): Promise<LocalMachine> {
  const { stateDir, runDir, scope = scopeOf() } = options;
  if (process.getuid?.() !== 0) {
    throw new Error("hosts need root: network namespaces, cgroups and mounts; run this with sudo");
  }
  for (const folder of [stateDir, runDir]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const record = new NetworkRecord(stateDir);
  const namespacePath = (name: string): string => {
    const host = hosts.get(name);
    if (!host) throw new Error(`there is no host ${name}`);
    return host.namespacePath;
  };
  const end = new AbortController();
  const inScope = createRun(scope, namespacePath);
  // A create that is under way when the region shuts down makes nothing that teardown has looked for already.
  const run: Run = async (command, args, { signal, ...runOptions } = {}) => {
    if (end.signal.aborted) throw new Error(`${command}: the region is ending, nothing is run any more`);
    const ends = signal === undefined ? end.signal : AbortSignal.any([end.signal, signal]);
    return inScope(command, args, { ...runOptions, signal: ends });
  };
  const network = createNetwork(scope, record, run);
  let filter = async (): Promise<void> => undefined;
  const hosts = createHosts(scope, record, network, run, () => filter());
  const processes = createProcesses({ scope, stateDir, runDir, namespacePath });
  const { names, ...resolvers } = createDns(record, hosts, processes, stateDir, toolPath);
  return {
    scope,
    hosts: {
      ...hosts,
      // First what runs there, or its supervisor would start it again in a host that is gone.
      async remove(name) {
        await processes.stopHost(name);
        await hosts.remove(name);
      },
    },
    processes,
    run,
    network,
    resolvers,
    dns: names,
    dataDir(part) {
      const folder = join(stateDir, part);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return folder;
    },
    tool: toolPath,
    interfaces: () => interfacesOf(record, namespacePath),
    onInterfaces(next) {
      filter = next;
    },
    ended: end.signal,
    close() {
      end.abort();
      processes.close();
    },
  };
}
