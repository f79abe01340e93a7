import type { HostFilter, Passage } from "./compile.ts";

/** The nftables table in each host's namespace; kube-proxy's rules are in tables of its own. */
export const TABLE = "inet security_groups";

/**
 * The filter as an nftables script that replaces the table in one transaction: at no moment is there none.
 *
 * The chains stand where AWS's filter does, at the interface: what comes in is seen before kube-proxy translates
 * service addresses, what goes out after. So a node's own traffic, its pods' and what it forwards for them pass the
 * same two chains, and nothing does that stays inside the host. Answers pass by connection tracking, also after the
 * rule that admitted the connection is gone. What is not permitted is dropped in silence, as in AWS. IPv6 is dropped
 * whole: no VPC here has it, but the kernel gives every link an address.
 */
export function ruleset({ ingress, egress, resolver }: HostFilter): string {
  return `add table ${TABLE}
delete table ${TABLE}
table ${TABLE} {
  chain ingress {
    meta nfproto ipv6 drop
    ct state established,related return
${lines("saddr", ingress)}    drop
  }
  chain egress {
    meta nfproto ipv6 drop
    ct state established,related return
    ip daddr ${resolver} meta l4proto { tcp, udp } th dport 53 return
${lines("daddr", egress)}    drop
  }
  chain from_vpc {
    type filter hook prerouting priority -150; policy accept;
    iifname "eth0" jump ingress
  }
  chain to_vpc {
    type filter hook postrouting priority 150; policy accept;
    oifname "eth0" jump egress
  }
}
`;
}

function lines(side: "saddr" | "daddr", passages: readonly Passage[]): string {
  return passages
    .map((passage) => [peers(side, passage), traffic(passage), "return"].filter(Boolean).join(" "))
    .map((line) => `    ${line}\n`)
    .join("");
}

function peers(side: "saddr" | "daddr", { ranges }: Passage): string {
  return ranges.includes("0.0.0.0/0") ? "" : `ip ${side} { ${ranges.join(", ")} }`;
}

function traffic({ protocol, from, to }: Passage): string {
  if (protocol === "all") return "";
  if (protocol === "icmp") {
    return ["meta l4proto icmp", type("type", from), type("code", to)].filter(Boolean).join(" ");
  }
  if (protocol !== "tcp" && protocol !== "udp") return `meta l4proto ${protocol}`;
  return from === 0 && to === 65535
    ? `meta l4proto ${protocol}`
    : `${protocol} dport ${from === to ? `${from}` : `${from}-${to}`}`;
}

function type(field: "type" | "code", value: number | undefined): string {
  return value === undefined ? "" : `icmp ${field} ${value}`;
}
