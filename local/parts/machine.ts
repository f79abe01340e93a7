/** What the part drivers build on: hosts with addresses, and processes that are kept running. */

import type { CommandLimits } from "../toolchain/command.ts";

/** A machine of the VPC: a network namespace with one veth on the VPC's bridge. */
export interface Host {
  /** Unique on this machine, at most 12 characters of [a-z0-9-]; the namespace is `ts-<name>`, the link `ts-<name>`. */
  readonly name: string;
  /** e.g. `10.42.128.4`, taken out of the subnet's range as AWS does (first four and last are reserved). */
  readonly address: string;
  readonly subnetId: string;
  /** e.g. `eu-central-1a`. */
  readonly zone: string;
  /** The namespace's file, for `nsenter --net=`. */
  readonly namespacePath: string;
}

/** Traffic that AWS carries past security groups, so that no rule of theirs speaks of it. */
export interface ServiceTraffic {
  /** Hosts that name the same one reach each other on every port: replication inside a managed service. */
  readonly network?: string;
  /** TCP ports on which the machine itself reaches the host: a service's own endpoint, such as the EKS API's. */
  readonly machinePorts?: readonly number[];
}

export interface Hosts {
  /**
   * Makes the host or answers the one that is there. The VPC's bridge is made with the VPC.
   *
   * `groups`: ids of the security groups its network interface carries; other ones than before take effect at once,
   * and an empty list is the VPC's default group, as in AWS. Left out: as before, and a new host filters nothing: it
   * stands for a service that no security group of the account guards (the VPC's resolver, the image registry).
   * `service`: what passes by the groups; left out: as before, and nothing for a new host.
   */
  ensure(name: string, subnetId: string, groups?: readonly string[], service?: ServiceTraffic): Promise<Host>;
  get(name: string): Host | undefined;
  list(): readonly Host[];
  /** Also removes what a cut-off `ensure` left. Gone already is success. */
  remove(name: string): Promise<void>;
  /** True when namespace and link are there (an administrator may have removed them). */
  present(name: string): Promise<boolean>;
  /** A route on the machine: `cidr` via the host (the pods of a node). Removed with the host. */
  route(name: string, cidr: string): Promise<void>;
}

export interface ProcessSpec {
  /** Unique; `<host>/<program>`, e.g. `node-a/kubelet`. The log is `<stateDir>/log/<host>-<program>.log`. */
  readonly name: string;
  /** Undefined: runs in the machine's own namespace. */
  readonly host: string | undefined;
  readonly command: string;
  /** No secret here: it shows in `ps`. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Runs as this uid and gid; default root. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** `never`: one that dies stays dead until the next `ensure`, for whoever must decide first. Default `always`. */
  readonly restart?: "always" | "never";
}

/** `restarts` that grows is a crash loop; `failure` says why the last start failed. */
export interface ProcessState {
  readonly name: string;
  readonly pid: number;
  readonly running: boolean;
  readonly restarts: number;
  readonly failure?: string;
}

/** A process is found again by pid and start time, so a reused pid is never mistaken or killed. */
export interface Processes {
  /** Starts it unless the same spec runs already; a changed spec restarts it. It outlives the region and is restarted
   * when it dies (back-off 100 ms doubling to 5 s). Its cgroup is below `twinstack/`, where teardown finds it. */
  ensure(spec: ProcessSpec): Promise<void>;
  /** SIGTERM, then SIGKILL after `graceMs` (default 5000). Gone already is success. */
  stop(name: string, graceMs?: number): Promise<void>;
  /** Stops all of a host's processes. */
  stopHost(host: string): Promise<void>;
  running(name: string): boolean;
  list(): readonly ProcessState[];
  signal(name: string, signal: NodeJS.Signals): void;
  /** The last words of its log, a line or two; empty when it has none. */
  lastWords(name: string): string;
}

/** Where a command runs, what it is given, and its limits (default 120 s in all). */
export interface MachineRunOptions extends CommandLimits {
  /** Inside this host. */
  readonly host?: string;
  /** Written to its stdin. */
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What errors call it, where the command only starts another one; default the command. */
  readonly name?: string;
  /** Told each line of its stderr as it comes. */
  readonly onErrorLine?: (line: string) => void;
}

/**
 * Runs a command to its end; rejects with its stderr when it fails, and with its limit when it was ended by that. No error
 * shows its arguments. It ends with the region, too.
 */
export type Run = (command: string, args: readonly string[], options?: MachineRunOptions) => Promise<string>;

/** What every driver is given. */
export interface Machine {
  readonly hosts: Hosts;
  readonly processes: Processes;
  readonly run: Run;
  /**
   * Names in the VPC's DNS, e.g. a load balancer's; answered within a second of the call. `*.<name>` stands for all names
   * below one that have none of their own.
   */
  readonly dns: {
    set(name: string, addresses: readonly string[]): Promise<void>;
    remove(name: string): Promise<void>;
    resolve(name: string): readonly string[];
    /** The resolver's address in the VPC (base + 2). */
    readonly address: string;
  };
  /** `<stateDir>/<part>`, made with mode 0700. */
  dataDir(part: string): string;
  /** The path of a toolchain binary, e.g. `kubelet`; rejects with what to run when it is not there. */
  tool(name: string): string;
}
