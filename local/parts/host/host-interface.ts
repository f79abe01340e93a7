import { addressAt, parseCidr } from "../../cidr.ts";
import type { NetworkRecord } from "./network-record.ts";
import type { ServiceTraffic } from "../machine.ts";

/** A host's network interface, for what filters its traffic. */
export interface HostInterface {
  readonly host: string;
  readonly vpcId: string;
  readonly address: string;
  /** Range of its subnet; undefined for what AWS keeps outside every subnet. */
  readonly subnet?: string;
  /** Ranges behind the host whose addresses it sends from and receives for: a node's pods. */
  readonly ranges: readonly string[];
  /** The VPC router's address, from which the machine itself sends. */
  readonly router: string;
  readonly resolver: string;
  /** Undefined: it filters nothing. */
  readonly groups: readonly string[] | undefined;
  readonly service: ServiceTraffic;
  readonly namespacePath: string;
}

export function interfacesOf(
  record: NetworkRecord,
  namespacePath: (host: string) => string,
): readonly HostInterface[] {
  return [...record.hosts.values()].flatMap((host): readonly HostInterface[] => {
    const vpc = record.vpcs.get(host.vpcId);
    if (!vpc) return [];
    const range = parseCidr(vpc.cidr);
    const subnet = record.subnets.get(host.subnetId)?.cidr;
    return [
      {
        host: host.name,
        vpcId: host.vpcId,
        address: host.address,
        ...(subnet === undefined ? {} : { subnet }),
        ranges: host.routes,
        router: addressAt(range, 1),
        resolver: addressAt(range, 2),
        groups: host.groups,
        service: host.service ?? {},
        namespacePath: namespacePath(host.name),
      },
    ];
  });
}
