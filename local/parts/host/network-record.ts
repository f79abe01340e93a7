import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "./atomic-file.ts";
import type { ServiceTraffic } from "../machine.ts";

export interface VpcRecord {
  readonly id: string;
  readonly cidr: string;
}
export interface SubnetRecord {
  readonly id: string;
  readonly vpcId: string;
  readonly cidr: string;
  readonly zone: string;
}
export interface HostRecord {
  readonly name: string;
  readonly vpcId: string;
  /** Empty for the VPC's own resolver, which AWS keeps outside every subnet too. */
  readonly subnetId: string;
  readonly zone: string;
  readonly address: string;
  /** Ranges the machine routes to this host. */
  readonly routes: readonly string[];
  /** Security groups on its interface; undefined: it filters nothing. */
  readonly groups?: readonly string[];
  readonly service?: ServiceTraffic;
}

/**
 * The plan of the network, on disk before anything of it is made: a host keeps its address through crashes and
 * reboots, and what a crash cut off is known.
 */
export class NetworkRecord {
  readonly vpcs = new Map<string, VpcRecord>();
  readonly subnets = new Map<string, SubnetRecord>();
  readonly hosts = new Map<string, HostRecord>();
  readonly #path: string;

  constructor(stateDir: string) {
    this.#path = join(stateDir, "network.json");
    if (!existsSync(this.#path)) return;
    const saved = JSON.parse(readFileSync(this.#path, "utf8")) as {
      vpcs: VpcRecord[];
      subnets: SubnetRecord[];
      hosts: HostRecord[];
    };
    for (const vpc of saved.vpcs) this.vpcs.set(vpc.id, vpc);
    for (const subnet of saved.subnets) this.subnets.set(subnet.id, subnet);
    for (const host of saved.hosts) this.hosts.set(host.name, host);
  }

  save(): void {
    const plan = {
      vpcs: [...this.vpcs.values()],
      subnets: [...this.subnets.values()],
      hosts: [...this.hosts.values()],
    };
    writeFileAtomic(this.#path, JSON.stringify(plan, undefined, 1), { durable: true });
  }
}
