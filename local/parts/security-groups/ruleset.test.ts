import { ruleset } from "./ruleset.ts";

describe("ruleset", () => {
  it("replaces the table whole, and drops what no passage lets through", () => {
    const ranges = ["10.0.0.4/32", "100.64.1.0/24"];
    const text = ruleset({
      resolver: "10.0.0.2",
      ingress: [
        { protocol: "tcp", from: 5432, to: 5432, ranges },
        { protocol: "tcp", from: 0, to: 65535, ranges: ["10.0.1.0/24"] },
        { protocol: "udp", from: 100, to: 200, ranges: ["0.0.0.0/0"] },
        { protocol: "icmp", ranges },
        { protocol: "icmp", from: 8, ranges },
        { protocol: "icmp", from: 3, to: 4, ranges: ["0.0.0.0/0"] },
        { protocol: 47, ranges: ["10.0.0.9/32"] },
        { protocol: "all", ranges: ["10.0.0.8/32"] },
      ],
      egress: [{ protocol: "all", ranges: ["0.0.0.0/0"] }],
    });
    expect(text).toBe(`add table inet security_groups
delete table inet security_groups
table inet security_groups {
  chain ingress {
    meta nfproto ipv6 drop
    ct state established,related return
    ip saddr { 10.0.0.4/32, 100.64.1.0/24 } tcp dport 5432 return
    ip saddr { 10.0.1.0/24 } meta l4proto tcp return
    udp dport 100-200 return
    ip saddr { 10.0.0.4/32, 100.64.1.0/24 } meta l4proto icmp return
    ip saddr { 10.0.0.4/32, 100.64.1.0/24 } meta l4proto icmp icmp type 8 return
    meta l4proto icmp icmp type 3 icmp code 4 return
    ip saddr { 10.0.0.9/32 } meta l4proto 47 return
    ip saddr { 10.0.0.8/32 } return
    drop
  }
  chain egress {
    meta nfproto ipv6 drop
    ct state established,related return
    ip daddr 10.0.0.2 meta l4proto { tcp, udp } th dport 53 return
    return
    drop
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
`);
  });
});
