import { prefixLists } from "../../aws/services/ec2/prefix-lists.ts";
import { cluster, defaultGroup, group, rule } from "./testing/account.ts";
import { TestNetwork, WAYS } from "./testing/network.ts";
import { StandingConnection } from "./testing/standing-connection.ts";

// Real hosts and connections that must not come about: each takes its time.
jest.setTimeout(120_000);

const [cloudfront] = prefixLists("eu-central-1");
const all = (...names: readonly string[]): readonly string[] =>
  names.flatMap((name) => WAYS.map((way) => `${name} ${way}`)).sort();

/** What UDP to a port without listener brings: the kernel's ICMP error, where it gets through. */
const REFUSED = `
const s = require("dgram").createSocket("udp4");
const say = (text) => { process.stdout.write(text); process.exit(0); };
s.on("error", (error) => say(error.code));
s.connect(9, process.argv[1], () => s.send("x"));
setTimeout(() => say("no answer"), 700);
`;

describe("security groups on hosts", () => {
  const network = new TestNetwork();

  beforeAll(async () => {
    await network.start();
    await network.put(
      defaultGroup("sg-default"),
      group("sg-edge"),
      group("sg-proxy"),
      group("sg-db"),
      rule("ingress", "sgr-1", "sg-edge", cloudfront?.id ?? "", 80),
      rule("egress", "sgr-2", "sg-edge", "sg-cluster", 8080),
      rule("ingress", "sgr-3", "sg-cluster", "sg-edge", 8080),
      rule("ingress", "sgr-4", "sg-proxy", "sg-cluster", 5432),
      rule("egress", "sgr-5", "sg-proxy", "sg-db", 5432),
      rule("ingress", "sgr-6", "sg-db", "sg-proxy", 5432),
      rule("ingress", "sgr-7", "sg-db", "sg-cluster", 5432),
    );
    network.account.add(cluster("main", "sg-cluster"));
    await Promise.all([
      network.host("edge", ["sg-edge"]),
      network.host("control", ["sg-cluster"], { machinePorts: [443] }),
      network.host("node-a", ["sg-cluster"]).then(() => network.pod("pod-a", "node-a", 0)),
      network.host("node-b", ["sg-cluster"]).then(() => network.pod("pod-b", "node-b", 1)),
      network.host("proxy", ["sg-proxy"]),
      network.host("primary", ["sg-db"], { network: "rds:main" }),
      network.host("replica", ["sg-db"], { network: "rds:main" }),
      network.host("unnamed", []),
      network.host("outside"),
    ]);
    await network.listening();
  });
  afterAll(() => network.stop());

  const inCluster = (...except: readonly string[]): readonly string[] =>
    [
      ...all(
        ...["control", "node-a", "node-b", "pod-a", "pod-b", "outside"].filter(
          (name) => !except.includes(name),
        ),
      ),
      "primary tcp/5432",
      "proxy tcp/5432",
      "replica tcp/5432",
    ].sort();

  const allowed = {
    machine: ["control tcp/443", "edge tcp/80", ...all("outside")].sort(),
    edge: ["control tcp/8080", "node-a tcp/8080", "node-b tcp/8080", "pod-a tcp/8080", "pod-b tcp/8080"],
    control: inCluster("control"),
    "node-a": inCluster("node-a"),
    "node-b": inCluster("node-b"),
    "pod-a": inCluster("pod-a"),
    "pod-b": inCluster("pod-b"),
    proxy: ["primary tcp/5432", "replica tcp/5432"],
    primary: all("replica"),
    replica: all("primary"),
    unnamed: [],
    outside: [],
  };

  it("let through exactly what their rules say, from everywhere to everything", async () => {
    expect(await network.table()).toEqual(allowed);
  });

  it("are followed at once when a rule is changed, goes and comes; connections that stand stay, as in AWS", async () => {
    const primary = network.address("primary");
    const standing = new StandingConnection(network.enter("pod-a"), primary, 5432);
    try {
      expect(await standing.echo("before")).toBe("before");
      await network.put(rule("ingress", "sgr-7", "sg-db", "sg-cluster", 8080));
      expect(await network.reaches("pod-b", primary, "tcp/5432")).toBe(false);
      expect(await network.reaches("pod-b", primary, "tcp/8080")).toBe(true);
      expect(await network.reaches("proxy", primary, "tcp/5432")).toBe(true);
      await network.remove("sgr-7");
      expect(await network.reaches("pod-b", primary, "tcp/8080")).toBe(false);
      expect(await standing.echo("after")).toBe("after");
      await network.put(rule("ingress", "sgr-7", "sg-db", "sg-cluster", 5432));
      expect(await network.reaches("pod-b", primary, "tcp/5432")).toBe(true);
    } finally {
      standing.end();
    }
  });

  it("are followed at once when an interface carries other ones", async () => {
    await network.host("unnamed", ["sg-proxy"]);
    expect(await network.reached("unnamed")).toEqual(["primary tcp/5432", "replica tcp/5432"]);
    await network.host("unnamed", []);
    expect(await network.reached("unnamed")).toEqual([]);
  });

  it("are kept by a host whose maker names none this time", async () => {
    await network.machine.hosts.ensure("proxy", "subnet-a");
    expect(await network.reaches("outside", network.address("proxy"), "tcp/80")).toBe(false);
  });

  it("hold through a region's restart, and so do connections", async () => {
    const standing = new StandingConnection(network.enter("pod-a"), network.address("replica"), 5432);
    try {
      expect(await standing.echo("before")).toBe("before");
      await network.restart();
      for (const record of network.account.records.values()) {
        if (network.driver.types.includes(record.type)) await network.driver.adopt(record, () => undefined);
      }
      expect(await network.table()).toEqual(allowed);
      expect(await standing.echo("after")).toBe("after");
    } finally {
      standing.end();
    }
  });

  it("guard a host that was removed by hand from the moment it is back", async () => {
    network.in("machine", `ip netns delete ${network.sandbox.scope.prefix}-unnamed`);
    await network.host("unnamed", ["sg-db"]);
    expect(network.in("unnamed", "nft list table inet security_groups")).toContain("tcp dport 5432 return");
    await network.listening();
    expect(await network.reaches("outside", network.address("unnamed"), "tcp/80")).toBe(false);
    expect(await network.reaches("proxy", network.address("unnamed"), "tcp/5432")).toBe(true);
    await network.host("unnamed", []);
  });

  it("give what they let through to no later host of the same address", async () => {
    const { address } = await network.machine.hosts.ensure("early", "subnet-a", ["sg-proxy"]);
    await network.machine.hosts.remove("early");
    expect(network.in("primary", "nft list table inet security_groups")).not.toContain(`${address} `);
    const later = await network.machine.hosts.ensure("later", "subnet-a", ["sg-edge"]);
    expect(later.address).toBe(address);
    expect(network.in("primary", "nft list table inet security_groups")).not.toContain(`${address} `);
    await network.machine.hosts.remove("later");
  });

  it("see a service's real address, after kube-proxy has translated it", async () => {
    const primary = network.address("primary");
    for (const [service, port] of [
      ["172.31.0.10:80", 5432],
      ["172.31.0.10:81", 8080],
    ] as const) {
      const [address = "", from = ""] = service.split(":");
      network.in(
        "node-a",
        `iptables -t nat -A PREROUTING -d ${address} -p tcp --dport ${from} -j DNAT --to-destination ${primary}:${port}`,
      );
    }
    expect(await network.reaches("pod-a", "172.31.0.10", "tcp/80")).toBe(true);
    expect(await network.reaches("pod-a", "172.31.0.10", "tcp/81")).toBe(false);
    expect(network.in("node-a", "iptables -t nat -S PREROUTING")).toContain("--to-destination");
  });

  it("leave names to everybody: the VPC's resolver is behind no group", async () => {
    await network.machine.resolvers.ensureResolver("vpc-00000000000000abc");
    await network.machine.dns.set("db.internal", ["192.0.2.7"]);
    const resolver = network.machine.dns.address;
    const ask = `const{Resolver}=require("dns/promises");const r=new Resolver({timeout:500});r.setServers(["${resolver}"]);
      const go=()=>r.resolve4("db.internal").then((a)=>console.log(a[0]),()=>setTimeout(go,50));go();setTimeout(()=>process.exit(1),5000).unref()`;
    const answer = await network.machine.run(process.execPath, ["-e", ask], { host: "unnamed" });
    expect(answer.trim()).toBe("192.0.2.7");
    expect(await network.reaches("unnamed", resolver, "tcp/80")).toBe(false);
  });

  it("let no IPv6 past", async () => {
    const [, local = ""] =
      /inet6 (fe80:[0-9a-f:]+)\//.exec(network.in("outside", "ip -6 address show dev eth0")) ?? [];
    const [, guarded = ""] =
      /inet6 (fe80:[0-9a-f:]+)\//.exec(network.in("primary", "ip -6 address show dev eth0")) ?? [];
    expect(local).not.toBe(guarded);
    expect(
      await network.reaches(
        "machine",
        `${local}%${network.machine.network.bridge("vpc-00000000000000abc")}`,
        "tcp/80",
      ),
    ).toBe(true);
    expect(await network.reaches("outside", `${guarded}%eth0`, "tcp/80")).toBe(false);
    expect(await network.reaches("outside", `${guarded}%eth0`, "udp/5432")).toBe(false);
  });

  it("let errors through that answer what they let through", async () => {
    const ask = (from: string, to: string): Promise<string> =>
      network.machine.run(process.execPath, ["-e", REFUSED, network.address(to)], { host: from });
    expect(await ask("node-a", "control")).toBe("ECONNREFUSED");
    expect(await ask("node-a", "primary")).toBe("no answer");
  });

  it("refuse a rule nobody can follow, and stay as they were", async () => {
    const bad = group("sg-db", {
      ingress: [{ protocol: "https", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
      egress: [],
    });
    await expect(network.put(bad)).rejects.toThrow(
      'protocol: "https" is none of a security group\'s rules; write tcp, udp, icmp, -1 (all) or a number',
    );
    expect(await network.reached("primary")).toEqual(allowed.primary);
  });
});
