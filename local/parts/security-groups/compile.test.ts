import * as fc from "fast-check";
import { contains, parseCidr } from "../../cidr.ts";
import { compile } from "./compile.ts";
import type { HostInterface } from "../host/host-interface.ts";
import type { Compilation, HostFilter, Passage } from "./compile.ts";
import type { Group, Groups } from "./groups.ts";
import type { Peer, Permission } from "./permission.ts";

function host(name: string, address: string, groups?: readonly string[], more = {}): HostInterface {
  return {
    host: name,
    vpcId: "vpc-1",
    address,
    ranges: [],
    router: "10.0.0.1",
    resolver: "10.0.0.2",
    groups,
    service: {},
    namespacePath: `/run/netns/${name}`,
    ...more,
  };
}

const tcp = (port: number, ...peers: readonly Peer[]): Permission => ({
  protocol: "tcp",
  from: port,
  to: port,
  peers,
});
const passage = (port: number, ...ranges: readonly string[]): Passage => ({
  protocol: "tcp",
  from: port,
  to: port,
  ranges,
});

function filters(
  interfaces: readonly HostInterface[],
  byId: Readonly<Record<string, Partial<Group>>>,
): ReadonlyMap<string, HostFilter> {
  const groups: Groups = {
    byId: new Map(
      Object.entries(byId).map(([id, group]) => [id, { ingress: [], egress: [], ...group }] as const),
    ),
    defaultOf: new Map([["vpc-1", "sg-default"]]),
  };
  return compile({ interfaces, groups, prefixList: (id) => (id === "pl-1" ? ["192.0.2.0/24"] : []) });
}

describe("compile", () => {
  it("names a group's members by address, a node's with its pods", () => {
    const made = filters(
      [
        host("db", "10.0.0.9", ["sg-db"]),
        host("node-b", "10.0.0.5", ["sg-node"], { ranges: ["100.64.2.0/24"] }),
        host("node-a", "10.0.0.4", ["sg-node"], { ranges: ["100.64.1.0/24"] }),
      ],
      { "sg-db": { ingress: [tcp(5432, { group: "sg-node" }, { prefixList: "pl-1" })] } },
    );
    expect(made.get("db")).toEqual({
      ingress: [
        passage(5432, "10.0.0.4/32", "10.0.0.5/32", "100.64.1.0/24", "100.64.2.0/24", "192.0.2.0/24"),
      ],
      egress: [],
      resolver: "10.0.0.2",
    });
    expect(made.get("node-a")).toEqual({ ingress: [], egress: [], resolver: "10.0.0.2" });
  });

  it("takes a node's pods for addresses of its subnet, where they are at AWS", () => {
    const node = (name: string, third: number): HostInterface =>
      host(name, `10.0.${third}.4`, [], {
        subnet: `10.0.${third}.0/24`,
        ranges: [`100.64.${third}.0/24`],
      });
    const byCidr = (cidr: string): HostFilter | undefined =>
      filters([host("endpoint", "10.0.0.9", ["sg-e"]), node("node-a", 1), node("node-b", 2)], {
        "sg-e": { ingress: [tcp(443, { cidr })] },
      }).get("endpoint");
    expect(byCidr("10.0.0.0/16")?.ingress).toEqual([
      passage(443, "10.0.0.0/16", "100.64.1.0/24", "100.64.2.0/24"),
    ]);
    expect(byCidr("10.0.2.0/24")?.ingress).toEqual([passage(443, "10.0.2.0/24", "100.64.2.0/24")]);
    expect(byCidr("10.0.2.0/28")?.ingress).toEqual([passage(443, "10.0.2.0/28")]);
  });

  it("adds up the groups of an interface, and writes one passage for one traffic", () => {
    const made = filters([host("a", "10.0.0.4", ["sg-1", "sg-2"])], {
      "sg-1": { ingress: [tcp(80, { cidr: "10.1.0.0/16" }), tcp(443, { cidr: "10.0.0.0/8" })] },
      "sg-2": { ingress: [tcp(80, { cidr: "10.2.0.0/16" }), tcp(80, { cidr: "10.1.2.0/24" })] },
    });
    expect(made.get("a")?.ingress).toEqual([
      passage(443, "10.0.0.0/8"),
      passage(80, "10.1.0.0/16", "10.2.0.0/16"),
    ]);
  });

  it("lets nothing through for groups without members, rules or record", () => {
    const made = filters([host("a", "10.0.0.4", ["sg-1", "sg-gone"])], {
      "sg-1": { ingress: [tcp(80, { group: "sg-empty" }, { prefixList: "pl-gone" })] },
    });
    expect(made.get("a")).toEqual({ ingress: [], egress: [], resolver: "10.0.0.2" });
  });

  it("gives an interface that names no group the VPC's default one, and makes no filter where there are no groups", () => {
    const made = filters(
      [host("a", "10.0.0.4", []), host("b", "10.0.0.5", ["sg-default"]), host("dns", "10.0.0.2")],
      {
        "sg-default": { ingress: [{ protocol: "all", peers: [{ group: "sg-default" }] }] },
      },
    );
    expect([...made.keys()]).toEqual(["a", "b"]);
    expect(made.get("b")?.ingress).toEqual([{ protocol: "all", ranges: ["10.0.0.4/32", "10.0.0.5/32"] }]);
  });

  it("lets a service's own traffic past the groups: replication both ways, its endpoint from the machine", () => {
    const network = { service: { network: "rds:main" } };
    const made = filters(
      [
        host("one", "10.0.0.4", ["sg-1"], network),
        host("two", "10.0.0.5", ["sg-1"], network),
        host("other", "10.0.0.6", ["sg-1"], { service: { network: "rds:other" } }),
        host("api", "10.0.0.7", ["sg-1"], { service: { machinePorts: [443] } }),
      ],
      {},
    );
    const toTwo = [{ protocol: "all", ranges: ["10.0.0.5/32"] }];
    expect(made.get("one")).toMatchObject({ ingress: toTwo, egress: toTwo });
    expect(made.get("other")).toMatchObject({ ingress: [], egress: [] });
    expect(made.get("api")).toMatchObject({ ingress: [passage(443, "10.0.0.1/32")], egress: [] });
  });

  it("lets exactly those through whom a rule of the one lets out and a rule of the other lets in", () => {
    fc.assert(
      fc.property(world, fc.nat(4), fc.nat(4), fc.constantFrom(...PORTS), (made, from, to, port) => {
        const [source, target] = [made.interfaces[from], made.interfaces[to]];
        if (!source || !target || source === target) return;
        const filter = compile(made);
        const compiled =
          lets(filter.get(source.host)?.egress, target.address, port) &&
          lets(filter.get(target.host)?.ingress, source.address, port);
        expect(compiled).toBe(
          permits(made, source, "egress", target, port) && permits(made, target, "ingress", source, port),
        );
      }),
      { numRuns: 2000 },
    );
  });
});

const PORTS = [80, 443, 5432];
const GROUPS = ["sg-1", "sg-2", "sg-3"];

const peer: fc.Arbitrary<Peer> = fc.oneof(
  fc.constantFrom(...GROUPS).map((group) => ({ group })),
  fc
    .constantFrom("0.0.0.0/0", "10.0.0.0/29", "10.0.0.8/29", "10.0.0.4/32", "10.0.0.9/32")
    .map((cidr) => ({ cidr })),
  fc.constantFrom("pl-1", "pl-2").map((prefixList) => ({ prefixList })),
);
const permission: fc.Arbitrary<Permission> = fc.record({
  protocol: fc.constant("tcp" as const),
  from: fc.constantFrom(0, ...PORTS),
  to: fc.constantFrom(...PORTS, 65535),
  peers: fc.array(peer, { minLength: 1, maxLength: 2 }),
});
const permissions = fc.array(permission, { maxLength: 3 });
const world: fc.Arbitrary<Compilation> = fc
  .record({
    carried: fc.array(fc.subarray(GROUPS), { minLength: 2, maxLength: 5 }),
    groups: fc.tuple(...GROUPS.map(() => fc.record({ ingress: permissions, egress: permissions }))),
  })
  .map(({ carried, groups }) => ({
    interfaces: carried.map((ids, index) => host(`h${index}`, `10.0.0.${4 + 2 * index}`, ids)),
    groups: {
      byId: new Map(GROUPS.map((id, index) => [id, groups[index] as Group])),
      defaultOf: new Map([["vpc-1", "sg-3"]]),
    },
    prefixList: (id) => (id === "pl-1" ? ["10.0.0.4/31", "10.0.0.8/32"] : []),
  }));

/** By the compiled filter. */
function lets(passages: readonly Passage[] | undefined, address: string, port: number): boolean {
  return (passages ?? []).some(
    ({ from = 0, to = 0, ranges }) =>
      from <= port && port <= to && ranges.some((range) => within(address, range)),
  );
}

/** By AWS's own words: some rule of some group of the interface names the port and the other side. */
function permits(
  { interfaces, groups, prefixList }: Compilation,
  own: HostInterface,
  direction: "ingress" | "egress",
  other: HostInterface,
  port: number,
): boolean {
  const carried = (of: HostInterface): readonly string[] =>
    of.groups?.length === 0 ? ["sg-3"] : (of.groups ?? []);
  return carried(own).some((id) =>
    groups.byId.get(id)?.[direction].some(
      ({ from = 0, to = 0, peers }) =>
        from <= port &&
        port <= to &&
        peers.some((one) => {
          if ("cidr" in one) return within(other.address, one.cidr);
          if ("prefixList" in one)
            return prefixList(one.prefixList).some((range) => within(other.address, range));
          return interfaces.includes(other) && carried(other).includes(one.group);
        }),
    ),
  );
}

function within(address: string, range: string): boolean {
  return contains(parseCidr(range), parseCidr(`${address}/32`));
}
