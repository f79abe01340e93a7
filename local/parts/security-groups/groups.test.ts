import { RecordedAccount } from "../../aws/testing-account.ts";
import { readGroups } from "./groups.ts";
import { cluster, defaultGroup, group, rule, vpc } from "./testing/account.ts";
import type { StoredResource } from "../../region/protocol.ts";

function read(...records: readonly StoredResource[]): ReturnType<typeof readGroups> {
  const account = new RecordedAccount();
  for (const record of records) account.add(record);
  return readGroups(account.all);
}

const itself = (id: string): unknown => ({
  ingress: [{ protocol: "all", peers: [{ group: id }] }],
  egress: [{ protocol: "all", peers: [{ cidr: "0.0.0.0/0" }] }],
});

describe("readGroups", () => {
  it("knows the default group of a VPC as AWS makes it, until the program takes it over", () => {
    const made = vpc("vpc-1", "10.0.0.0/16", "sg-default");
    expect(read(made).byId).toEqual(new Map([["sg-default", itself("sg-default")]]));
    expect(read(made).defaultOf).toEqual(new Map([["vpc-1", "sg-default"]]));
    const locked = { ingress: [], egress: [] };
    expect(read(made, defaultGroup("sg-default")).byId.get("sg-default") ?? locked).toEqual(locked);
  });

  it("knows the group EKS makes for a cluster, and the rules a program adds to it", () => {
    const groups = read(
      cluster("main", "sg-cluster"),
      rule("ingress", "sgr-1", "sg-cluster", "sg-edge", 8080),
    );
    expect(groups.byId.get("sg-cluster")).toEqual({
      ingress: [
        { protocol: "all", peers: [{ group: "sg-cluster" }] },
        { protocol: "tcp", from: 8080, to: 8080, peers: [{ group: "sg-edge" }] },
      ],
      egress: [{ protocol: "all", peers: [{ cidr: "0.0.0.0/0" }] }],
    });
  });

  it("reads rules of every kind of peer, each in its direction", () => {
    const groups = read(
      group("sg-1"),
      rule("ingress", "sgr-1", "sg-1", "10.0.0.0/8", 1),
      rule("egress", "sgr-2", "sg-1", "pl-1", 2),
      rule("egress", "sgr-3", "sg-2", "sg-1", 3),
    );
    expect(groups.byId).toEqual(
      new Map([
        [
          "sg-1",
          {
            ingress: [{ protocol: "tcp", from: 1, to: 1, peers: [{ cidr: "10.0.0.0/8" }] }],
            egress: [{ protocol: "tcp", from: 2, to: 2, peers: [{ prefixList: "pl-1" }] }],
          },
        ],
        ["sg-2", { ingress: [], egress: [{ protocol: "tcp", from: 3, to: 3, peers: [{ group: "sg-1" }] }] }],
      ]),
    );
  });

  it("reads rules written into the group, with all their peers", () => {
    const inline = {
      fromPort: 443,
      toPort: 444,
      protocol: "tcp",
      cidrBlocks: ["10.0.0.0/8", "192.168.0.0/16"],
      securityGroups: ["sg-2"],
      prefixListIds: ["pl-1"],
      self: true,
    };
    expect(read(group("sg-1", { ingress: [inline], egress: [] })).byId.get("sg-1")?.ingress).toEqual([
      {
        protocol: "tcp",
        from: 443,
        to: 444,
        peers: [
          { cidr: "10.0.0.0/8" },
          { cidr: "192.168.0.0/16" },
          { group: "sg-2" },
          { prefixList: "pl-1" },
          { group: "sg-1" },
        ],
      },
    ]);
  });

  const peers = [{ cidr: "0.0.0.0/0" }];
  it.each([
    ["-1", 0, 0, { protocol: "all", peers }],
    ["all", 0, 0, { protocol: "all", peers }],
    ["6", 22, 22, { protocol: "tcp", from: 22, to: 22, peers }],
    ["UDP", 0, 65535, { protocol: "udp", from: 0, to: 65535, peers }],
    ["17", 53, 53, { protocol: "udp", from: 53, to: 53, peers }],
    ["icmp", -1, -1, { protocol: "icmp", peers }],
    ["icmp", 8, -1, { protocol: "icmp", from: 8, peers }],
    ["1", 3, 4, { protocol: "icmp", from: 3, to: 4, peers }],
    ["47", 0, 0, { protocol: 47, peers }],
  ])("reads protocol %s from %i to %i", (protocol, fromPort, toPort, expected) => {
    const inline = { protocol, fromPort, toPort, cidrBlocks: ["0.0.0.0/0"] };
    const groups = read(group("sg-1", { ingress: [], egress: [inline] }));
    expect(groups.byId.get("sg-1")?.egress).toEqual([expected]);
  });

  it("leaves out what speaks of IPv6 alone, and refuses what is no protocol", () => {
    const v6 = { fromPort: 0, toPort: 0, ipv6CidrBlocks: ["::/0"] };
    const ingress = [
      { ...v6, protocol: "-1" },
      { ...v6, protocol: "icmpv6", cidrBlocks: ["0.0.0.0/0"] },
    ];
    expect(read(group("sg-1", { ingress, egress: [] })).byId.get("sg-1")?.ingress ?? []).toEqual([]);
    const bad = { protocol: "http", fromPort: 80, toPort: 80, cidrBlocks: ["0.0.0.0/0"] };
    expect(() => read(group("sg-1", { ingress: [bad], egress: [] }))).toThrow('protocol: "http" is none of');
  });
});
