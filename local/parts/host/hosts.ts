import { existsSync } from "node:fs";
import { basename } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { killTree, removeTree } from "./cgroup.ts";
import { allocateAddress } from "./ipam.ts";
import { formatAddress, parseAddress, parseCidr } from "../../cidr.ts";
import { processesInNamespace } from "./namespace-processes.ts";
import { removeLink, router } from "./network.ts";
import { NETNS, addNamespace, namespaceInode } from "./namespaces.ts";
import { readProcLink, signalProcess } from "./process-identity.ts";
import { until } from "./until.ts";
import type { HostRecord, NetworkRecord } from "./network-record.ts";
import type { Network } from "./network.ts";
import type { Host, Hosts, Run, ServiceTraffic } from "../machine.ts";
import type { Scope } from "./scope.ts";

const NAME = /^[a-z][a-z0-9-]{0,11}$/;

export interface VpcHosts extends Hosts {
  /**
   * At base + `offset` of the VPC, outside every subnet and without security groups: 2 is the VPC's resolver, as in AWS; 3
   * AWS keeps for later use. https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
   */
  ensureReserved(name: string, vpcId: string, offset: 2 | 3): Promise<Host>;
}

/**
 * `changed` is awaited whenever an interface, its groups or its ranges are other ones than before, and before a new
 * host is connected: what filters hosts is in place then.
 */
export function createHosts(
  scope: Scope,
  record: NetworkRecord,
  network: Network,
  run: Run,
  changed: () => Promise<void>,
): VpcHosts {
  const namespace = (name: string): string => `${scope.prefix}-${name}`;
  const making = new Map<string, Promise<Host>>();

  const toHost = (host: HostRecord): Host => ({
    name: host.name,
    address: host.address,
    subnetId: host.subnetId,
    zone: host.zone,
    namespacePath: `${NETNS}/${namespace(host.name)}`,
  });

  async function present(name: string): Promise<boolean> {
    const host = record.hosts.get(name);
    if (!host || namespaceInode(`${NETNS}/${namespace(name)}`) === undefined) return false;
    // sysfs and not `ip`: nodes are asked for every second, for as long as the cluster runs.
    const master = readProcLink(`/sys/class/net/${namespace(name)}/master`);
    return master !== undefined && basename(master) === network.bridge(host.vpcId);
  }

  /** Kills what runs in it, then removes link, namespace and cgroup. */
  async function dismantle(name: string): Promise<void> {
    const path = `${NETNS}/${namespace(name)}`;
    await killTree(`${scope.mark}/${name}`);
    await killInNamespace(path);
    await removeLink(run, namespace(name));
    if (existsSync(path)) await run("ip", ["netns", "delete", namespace(name)]);
    const stayed = removeTree(`${scope.mark}/${name}`);
    if (stayed.length > 0)
      throw new Error(`host ${name}: the cgroups ${stayed.join(", ")} could not be removed`);
  }

  async function make(host: HostRecord): Promise<Host> {
    if (await present(host.name)) return toHost(host);
    await dismantle(host.name);
    const vpc = record.vpcs.get(host.vpcId);
    if (!vpc) throw new Error(`host ${host.name}: the VPC ${host.vpcId} is not on this machine`);
    await addNamespace(run, namespace(host.name));
    const link = namespace(host.name);
    await batch(run, [
      `link add ${link} type veth peer name eth0 address ${macOf(host.address)} netns ${link}`,
    ]);
    await batch(
      run,
      [
        `link set dev lo up`,
        `address add ${host.address}/${parseCidr(vpc.cidr).prefix} dev eth0`,
        `link set dev eth0 up`,
        `route add default via ${router(vpc.cidr)}`,
      ],
      ["-netns", link],
    );
    for (const cidr of host.routes) await addRoute(host, cidr);
    await changed();
    // Last, because it is what makes the host present: what a crash or a failure cut off is made anew.
    await batch(run, [`link set dev ${link} master ${network.bridge(host.vpcId)} up`]);
    return toHost(host);
  }

  async function addRoute(host: HostRecord, cidr: string): Promise<void> {
    await run("ip", ["route", "replace", cidr, "via", host.address, "dev", network.bridge(host.vpcId)]);
  }

  async function removeRoutes(host: HostRecord): Promise<void> {
    for (const cidr of host.routes) {
      const there = await run("ip", ["route", "show", cidr, "via", host.address]);
      if (there.trim() !== "") await run("ip", ["route", "delete", cidr, "via", host.address]);
    }
  }

  /** Two callers for one name share the work. */
  function ensure(name: string, plan: () => HostRecord): Promise<Host> {
    const running = making.get(name);
    if (running) return running;
    if (!NAME.test(name)) {
      throw new Error(`host name: "${name}" must be 1 to 12 characters of [a-z0-9-] and begin with a letter`);
    }
    // A bridge is named `<prefix>-vpc-…`: a host of such a name would take its link.
    if (name.startsWith("vpc-")) throw new Error(`host name: "${name}" must not begin with "vpc-"`);
    const host = record.hosts.get(name) ?? plan();
    record.hosts.set(name, host);
    record.save();
    const made = make(host).finally(() => making.delete(name));
    making.set(name, made);
    return made;
  }

  /** The filters are asked for anew even when nothing changed here: the groups' rules may have. */
  async function carry(name: string, groups?: readonly string[], service?: ServiceTraffic): Promise<void> {
    const host = record.hosts.get(name);
    if (!host) return;
    const next = { ...host, ...(groups && { groups }), ...(service && { service }) };
    if (!isDeepStrictEqual(next, host)) {
      record.hosts.set(name, next);
      record.save();
    }
    await changed();
  }

  return {
    present,
    async ensure(name, subnetId, groups, service) {
      const known = record.hosts.get(name);
      if (known && known.subnetId !== subnetId) {
        throw new Error(
          `host ${name} is in subnet ${known.subnetId || known.vpcId}: remove it before it moves to ${subnetId}`,
        );
      }
      const host = await ensure(name, () => {
        const subnet = record.subnets.get(subnetId);
        if (!subnet) throw new Error(`host ${name}: the subnet ${subnetId} is not on this machine`);
        const inVpc = [...record.hosts.values()].filter((host) => host.vpcId === subnet.vpcId);
        const taken = new Set(inVpc.map((host) => host.address));
        const address = allocateAddress(subnetId, parseCidr(subnet.cidr), taken);
        const place = { name, vpcId: subnet.vpcId, subnetId, zone: subnet.zone, address, routes: [] };
        return { ...place, ...(groups && { groups }), ...(service && { service }) };
      });
      await carry(name, groups, service);
      return host;
    },
    async ensureReserved(name, vpcId, offset) {
      return ensure(name, () => {
        const vpc = record.vpcs.get(vpcId);
        if (!vpc) throw new Error(`host ${name}: the VPC ${vpcId} is not on this machine`);
        const address = formatAddress(parseCidr(vpc.cidr).base + offset);
        return { name, vpcId, subnetId: "", zone: "", address, routes: [] };
      });
    },
    get(name) {
      const host = record.hosts.get(name);
      return host && toHost(host);
    },
    list: () => [...record.hosts.values()].map(toHost),
    async remove(name) {
      // A making that failed is taken down like one that succeeded.
      await making.get(name)?.catch(() => undefined);
      const host = record.hosts.get(name);
      if (host) await removeRoutes(host);
      await dismantle(name);
      if (!record.hosts.delete(name)) return;
      record.save();
      // Its address may be given to another host next.
      await changed();
    },
    async route(name, cidr) {
      const host = record.hosts.get(name);
      if (!host) throw new Error(`route ${cidr}: there is no host ${name}`);
      parseCidr(cidr);
      if (!host.routes.includes(cidr)) {
        record.hosts.set(name, { ...host, routes: [...host.routes, cidr] });
        record.save();
      }
      await addRoute(host, cidr);
      await changed();
    },
  };
}

/** Ends whatever runs in a namespace; nothing when there is none of that name. */
export async function killInNamespace(path: string): Promise<void> {
  const inode = namespaceInode(path);
  if (inode === undefined) return;
  await until(`the processes in ${path} to end`, 15_000, () => {
    const inside = processesInNamespace(inode);
    for (const identity of inside) signalProcess(identity, "SIGKILL");
    return inside.length === 0;
  });
}

/** From the address, so that a host that is made anew answers where its neighbours' caches say. */
function macOf(address: string): string {
  const hex = parseAddress(address).toString(16).padStart(8, "0");
  return `0a:74:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}:${hex.slice(6, 8)}`;
}

async function batch(run: Run, commands: readonly string[], flags: readonly string[] = []): Promise<void> {
  await run("ip", [...flags, "-batch", "-"], { input: commands.join("\n") + "\n" });
}
