import { number, text, texts } from "../../aws/services/fields.ts";
import type { JsonObject } from "../../region/protocol.ts";

/** Whom a rule admits or lets out to: an IPv4 range, the members of a group, or a prefix list's ranges. */
export type Peer = { readonly cidr: string } | { readonly group: string } | { readonly prefixList: string };

/** What of the traffic: a protocol's number stands for those without a name here. */
export type Protocol = "all" | "tcp" | "udp" | "icmp" | number;

export interface Traffic {
  readonly protocol: Protocol;
  /** TCP and UDP: first and last port. ICMP: type and code, undefined is any. Nothing for all others. */
  readonly from?: number;
  readonly to?: number;
}

/** One permission of a security group, as EC2 keeps it. */
export interface Permission extends Traffic {
  readonly peers: readonly Peer[];
}

const NUMBERED: Readonly<Record<string, Protocol | "icmpv6">> = {
  "-1": "all",
  all: "all",
  tcp: "tcp",
  "6": "tcp",
  udp: "udp",
  "17": "udp",
  icmp: "icmp",
  "1": "icmp",
  icmpv6: "icmpv6",
  "58": "icmpv6",
};

/** `aws:vpc/securityGroupIngressRule` and `…EgressRule`. Undefined: it speaks of IPv6 alone, which no VPC here has. */
export function readRule(rule: JsonObject): Permission | undefined {
  const cidr = text(rule, "cidrIpv4");
  const group = text(rule, "referencedSecurityGroupId");
  const prefixList = text(rule, "prefixListId");
  const peers = [
    ...(cidr === undefined ? [] : [{ cidr }]),
    ...(group === undefined ? [] : [{ group }]),
    ...(prefixList === undefined ? [] : [{ prefixList }]),
  ];
  return permission(text(rule, "ipProtocol"), rule, peers);
}

/** A rule written into `aws:ec2/securityGroup` itself; `self` is that group. */
export function readInlineRule(rule: JsonObject, self: string): Permission | undefined {
  const peers = [
    ...texts(rule, "cidrBlocks").map((cidr) => ({ cidr })),
    ...texts(rule, "securityGroups").map((group) => ({ group })),
    ...texts(rule, "prefixListIds").map((prefixList) => ({ prefixList })),
    ...(rule["self"] === true ? [{ group: self }] : []),
  ];
  return permission(text(rule, "protocol"), rule, peers);
}

function permission(
  name: string | undefined,
  rule: JsonObject,
  peers: readonly Peer[],
): Permission | undefined {
  const protocol = NUMBERED[name?.toLowerCase() ?? ""] ?? Number(name);
  if (protocol === "icmpv6" || peers.length === 0) return undefined;
  if (Number.isNaN(protocol)) {
    throw new Error(
      `protocol: "${name ?? ""}" is none of a security group's rules; write tcp, udp, icmp, -1 (all) or a number`,
    );
  }
  if (protocol !== "tcp" && protocol !== "udp" && protocol !== "icmp") return { protocol, peers };
  const [from, to] = [number(rule, "fromPort") ?? -1, number(rule, "toPort") ?? -1];
  if (protocol === "icmp") {
    // No type means any code too: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
    return { protocol, ...(from >= 0 && { from, ...(to >= 0 && { to }) }), peers };
  }
  return { protocol, from: Math.max(from, 0), to: to < 0 ? 65535 : to, peers };
}
