import { contains, formatCidr, parseCidr } from "../../cidr.ts";
import type { HostInterface } from "../host/host-interface.ts";
import type { Groups } from "./groups.ts";
import type { Peer, Permission, Traffic } from "./permission.ts";

/** Traffic that passes, from or to these ranges: merged, in order, none inside another. */
export interface Passage extends Traffic {
  readonly ranges: readonly string[];
}

/** What passes a host's interface; nothing else does, but answers and names asked of the resolver. */
export interface HostFilter {
  readonly ingress: readonly Passage[];
  readonly egress: readonly Passage[];
  readonly resolver: string;
}

export interface Compilation {
  readonly interfaces: readonly HostInterface[];
  readonly groups: Groups;
  /** The ranges of a prefix list. */
  readonly prefixList: (id: string) => readonly string[];
}

type Direction = "ingress" | "egress";

/** The filter of every host that carries groups, by host. Pure: the same record gives the same filters. */
export function compile({ interfaces, groups, prefixList }: Compilation): ReadonlyMap<string, HostFilter> {
  const carried = (host: HostInterface): readonly string[] => {
    const fallback = groups.defaultOf.get(host.vpcId);
    return host.groups?.length === 0 && fallback !== undefined ? [fallback] : (host.groups ?? []);
  };
  const members = new Map<string, string[]>();
  for (const host of interfaces) {
    for (const group of carried(host)) {
      members.set(group, [...(members.get(group) ?? []), ...addressesOf(host)]);
    }
  }
  const rangesOf = (peer: Peer): readonly string[] => {
    if ("cidr" in peer) return [peer.cidr, ...podsIn(peer.cidr, interfaces)];
    return "group" in peer ? (members.get(peer.group) ?? []) : prefixList(peer.prefixList);
  };
  const permitted = (host: HostInterface, direction: Direction): readonly Passage[] =>
    carried(host)
      .flatMap((group): readonly Permission[] => groups.byId.get(group)?.[direction] ?? [])
      .map(({ peers, ...traffic }) => ({ ...traffic, ranges: peers.flatMap(rangesOf) }));

  const filters = new Map<string, HostFilter>();
  for (const host of interfaces) {
    if (host.groups === undefined) continue;
    const inService = withinService(host, interfaces);
    filters.set(host.host, {
      ingress: merge([...permitted(host, "ingress"), ...inService, ...fromMachine(host)]),
      egress: merge([...permitted(host, "egress"), ...inService]),
      resolver: host.resolver,
    });
  }
  return filters;
}

function addressesOf(host: HostInterface): readonly string[] {
  return [`${host.address}/32`, ...host.ranges];
}

/** At AWS pods have addresses of their node's subnet: a range that holds the subnet holds them too. */
function podsIn(cidr: string, interfaces: readonly HostInterface[]): readonly string[] {
  const range = parseCidr(cidr);
  return interfaces
    .filter(({ subnet }) => subnet !== undefined && contains(range, parseCidr(subnet)))
    .flatMap(({ ranges }) => ranges);
}

function withinService(host: HostInterface, interfaces: readonly HostInterface[]): readonly Passage[] {
  const { network } = host.service;
  if (network === undefined) return [];
  const others = interfaces.filter((other) => other.host !== host.host && other.service.network === network);
  return [{ protocol: "all", ranges: others.flatMap(addressesOf) }];
}

function fromMachine({ service, router }: HostInterface): readonly Passage[] {
  return (service.machinePorts ?? []).map((port) => ({
    protocol: "tcp",
    from: port,
    to: port,
    ranges: [`${router}/32`],
  }));
}

/** One passage for each traffic, in an order of their own: the same filter is the same text. */
function merge(passages: readonly Passage[]): readonly Passage[] {
  const byTraffic = new Map<string, Passage>();
  for (const { ranges, ...traffic } of passages) {
    const key = [traffic.protocol, traffic.from ?? "", traffic.to ?? ""].join("/");
    byTraffic.set(key, { ...traffic, ranges: [...(byTraffic.get(key)?.ranges ?? []), ...ranges] });
  }
  return [...byTraffic]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, passage]) => ({ ...passage, ranges: outermost(passage.ranges) }))
    .filter(({ ranges }) => ranges.length > 0);
}

/** Ranges nest or are apart: those inside another go. */
function outermost(ranges: readonly string[]): readonly string[] {
  const parsed = [...new Set(ranges)].map(parseCidr);
  return parsed
    .filter((range) => !parsed.some((other) => other !== range && contains(other, range)))
    .sort((left, right) => left.base - right.base)
    .map(formatCidr);
}
