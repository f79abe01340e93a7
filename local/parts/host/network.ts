import { contains, formatAddress, formatCidr, parseCidr } from "../../cidr.ts";
import { nameServers, rangesOfRoutes, refuseConflict } from "./address-conflict.ts";
import { allowForwarding, removeForwarding } from "./firewall.ts";
import { raiseSysctls } from "./sysctl.ts";
import type { UsedRange } from "./address-conflict.ts";
import type { NetworkRecord } from "./network-record.ts";
import type { Run } from "../machine.ts";
import type { Scope } from "./scope.ts";

/** VPCs and subnets: a bridge each VPC in the machine's own namespace; a subnet is a range to take addresses from. */
export interface Network {
  /** Makes the VPC's bridge or repairs it. Refuses a range this machine needs, before anything is made. */
  ensureVpc(id: string, cidrBlock: string): Promise<void>;
  /** Gone already is success. Its hosts must be removed first. */
  removeVpc(id: string): Promise<void>;
  vpcPresent(id: string): Promise<boolean>;
  /** Names of the hosts on the VPC's bridge. */
  hostsOf(id: string): readonly string[];
  ensureSubnet(id: string, vpcId: string, cidrBlock: string, zone: string): void;
  removeSubnet(id: string): void;
  /** The link's name. */
  bridge(vpcId: string): string;
}

/** `<prefix>-vpc-<the id's last seven digits>`: fourteen of a link's fifteen characters. */
export function bridgeName(scope: Scope, vpcId: string): string {
  return `${scope.prefix}-vpc-${vpcId.slice(-7)}`;
}

export function createNetwork(scope: Scope, record: NetworkRecord, run: Run): Network {
  const bridge = (vpcId: string): string => bridgeName(scope, vpcId);

  async function usedRanges(exceptVpc: string): Promise<readonly UsedRange[]> {
    const routes = await run("ip", ["-json", "route", "show", "table", "all"]);
    const others = [...record.vpcs.values()].filter((vpc) => vpc.id !== exceptVpc);
    return [
      ...rangesOfRoutes(routes, (device) => device === bridge(exceptVpc)),
      ...nameServers(),
      ...others.map((vpc) => ({ range: parseCidr(vpc.cidr), what: `the VPC ${vpc.id}` })),
    ];
  }

  async function vpcPresent(id: string): Promise<boolean> {
    const vpc = record.vpcs.get(id);
    if (!vpc) return false;
    const links = JSON.parse((await run("ip", ["-json", "-4", "address", "show"])) || "[]") as {
      ifname: string;
      addr_info: { local: string }[];
    }[];
    const link = links.find((candidate) => candidate.ifname === bridge(id));
    return link?.addr_info.some((info) => info.local === router(vpc.cidr)) ?? false;
  }

  const hostsOf = (id: string): readonly string[] =>
    [...record.hosts.values()].filter((host) => host.vpcId === id).map((host) => host.name);

  return {
    bridge,
    hostsOf,
    vpcPresent,
    async ensureVpc(id, cidrBlock) {
      const known = record.vpcs.get(id);
      if (known && known.cidr !== cidrBlock) {
        throw new Error(
          `cidrBlock: ${id} has ${known.cidr} already; a VPC's range cannot be changed to ${cidrBlock}`,
        );
      }
      if (!(await vpcPresent(id))) {
        // Also for a known VPC: the machine may have joined another network since the bridge was there.
        refuseConflict(cidrBlock, await usedRanges(id));
        record.vpcs.set(id, { id, cidr: cidrBlock });
        record.save();
        await makeBridge(run, bridge(id), cidrBlock);
      }
      raiseSysctls();
      await allowForwarding(run, scope, bridge(id));
    },
    async removeVpc(id) {
      const hosts = hostsOf(id);
      if (hosts.length > 0) throw new Error(`${id} still has the hosts ${hosts.join(", ")}`);
      await removeForwarding(run, scope, bridge(id));
      await removeLink(run, bridge(id));
      record.vpcs.delete(id);
      record.save();
    },
    ensureSubnet(id, vpcId, cidrBlock, zone) {
      const vpc = record.vpcs.get(vpcId);
      if (!vpc) throw new Error(`vpcId: the VPC ${vpcId} of ${id} is not on this machine`);
      if (!contains(parseCidr(vpc.cidr), parseCidr(cidrBlock))) {
        throw new Error(`cidrBlock: "${cidrBlock}" of ${id} is not inside its VPC's ${vpc.cidr}`);
      }
      record.subnets.set(id, { id, vpcId, cidr: cidrBlock, zone });
      record.save();
    },
    removeSubnet(id) {
      if (!record.subnets.delete(id)) return;
      record.save();
    },
  };
}

/** AWS's VPC router answers at the range's base + 1. */
export function router(vpcCidr: string): string {
  return formatAddress(parseCidr(vpcCidr).base + 1);
}

/**
 * The bridge's own, which no kernel may choose: it would take the least of those of the links on the bridge, and with each
 * host that comes or goes all others would ask a router that is no more, for seconds. The 02 says that it is a local one.
 */
function hardwareAddress(base: number): string {
  return `02:00:${base.toString(16).padStart(8, "0").match(/../g)?.join(":") ?? ""}`;
}

async function makeBridge(run: Run, name: string, cidrBlock: string): Promise<void> {
  const range = parseCidr(cidrBlock);
  // What an earlier crash left under this name is replaced.
  await removeLink(run, name);
  const commands = [
    `link add name ${name} address ${hardwareAddress(range.base)} type bridge`,
    `address add ${router(formatCidr(range))}/${range.prefix} dev ${name}`,
    `link set dev ${name} up`,
  ];
  await run("ip", ["-batch", "-"], { input: commands.join("\n") + "\n" });
}

async function hasLink(run: Run, name: string): Promise<boolean> {
  const links = JSON.parse((await run("ip", ["-json", "link", "show"])) || "[]") as { ifname: string }[];
  return links.some((link) => link.ifname === name);
}

/** Gone already is success, also when the kernel takes it away meanwhile, as it does after a namespace's end. */
export async function removeLink(run: Run, name: string): Promise<void> {
  if (!(await hasLink(run, name))) return;
  try {
    await run("ip", ["link", "delete", "dev", name]);
  } catch (error) {
    if (await hasLink(run, name)) throw error;
  }
}
