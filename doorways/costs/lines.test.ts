import { databaseLines, poolerLines, vcpus } from "./database-lines.ts";
import { line, type Made } from "./line.ts";
import { clusterLines, fewestNodes } from "./node-lines.ts";
import {
  alarmMetrics,
  cacheLines,
  endpointLines,
  firewallLines,
  loadBalancerLines,
} from "./platform-lines.ts";

const made = (type: string, name: string, inputs: Record<string, unknown>): Made => ({ type, name, inputs });

const INSTANCE = "aws:rds/instance:Instance";
const primary = made(INSTANCE, "primary", {
  identifier: "one",
  instanceClass: "db.m7g.large",
  multiAz: true,
  storageType: "gp3",
  allocatedStorage: 100,
});
const replica = made(INSTANCE, "replica", {
  identifier: "two",
  instanceClass: "db.m7g.large",
  multiAz: false,
  storageType: "gp3",
  replicateSourceDb: "one",
});

describe("a database", () => {
  it("counts twice with Multi-AZ; a replica has its source's storage", () => {
    const counted = databaseLines([primary, replica]).map(({ price, quantity }) => [price, quantity]);
    expect(counted).toEqual([
      ["rds.db.m7g.large", 1460],
      ["rds.gp3", 200],
      ["rds.db.m7g.large", 730],
      ["rds.gp3", 100],
    ]);
  });

  it("with a setting that has a price of its own is refused", () => {
    for (const more of [
      { storageType: "io2" },
      { iops: 12_000 },
      { performanceInsightsRetentionPeriod: 731 },
    ]) {
      const other = { ...primary, inputs: { ...primary.inputs, ...more } };
      expect(() => databaseLines([other])).toThrow(Object.keys(more)[0]);
    }
  });

  it("without storage, its own or a source's, is named", () => {
    expect(() => databaseLines([replica])).toThrow(/^replica: neither it nor its source/);
  });

  it("has a pooler that is charged by the primary's processors alone", () => {
    const proxy = made("aws:rds/proxy:Proxy", "pooler", {});
    const large = { ...primary, inputs: { ...primary.inputs, instanceClass: "db.r7g.2xlarge" } };
    expect(poolerLines([proxy, primary, replica]).map(({ quantity }) => quantity)).toEqual([2 * 730]);
    expect(poolerLines([proxy, large, replica]).map(({ quantity }) => quantity)).toEqual([8 * 730]);
    expect(() => poolerLines([proxy, replica])).toThrow(/^pooler: there is no primary/);
  });
});

it.each([
  ["db.t4g.micro", 2],
  ["db.t4g.medium", 2],
  ["db.m7g.large", 2],
  ["db.m7g.xlarge", 4],
  ["db.r7g.12xlarge", 48],
])("%s has %i processors", (instanceClass, expected) => {
  expect(vcpus(instanceClass)).toBe(expected);
});

describe("nodes", () => {
  const pods = { replicas: 3, cpuMillis: 500, memoryMiB: 512 };

  it("are as many as zones that the pods are spread over", () => {
    expect(fewestNodes([pods], 3)).toBe(3);
    expect(fewestNodes([{ ...pods, replicas: 2 }], 3)).toBe(2);
  });

  it("are as many as the pods' requests fill", () => {
    expect(fewestNodes([{ ...pods, replicas: 11 }], 2)).toBe(4);
    expect(fewestNodes([{ ...pods, memoryMiB: 4096 }], 1)).toBe(4);
  });

  const deployment = (colour: string | undefined, name: string, replicas: number, cpu = "500m"): Made =>
    made("kubernetes:apps/v1:Deployment", name, {
      metadata: { labels: colour === undefined ? {} : { "app.kubernetes.io/instance": colour } },
      spec: {
        replicas,
        template: { spec: { containers: [{ resources: { requests: { cpu, memory: "512Mi" } } }] } },
      },
    });
  const cluster = (inputs: Record<string, unknown> = {}): Made =>
    made("aws:eks/cluster:Cluster", "cluster", {
      computeConfig: { enabled: true, nodePools: ["system"] },
      vpcConfig: { subnetIds: ["a", "b", "c"] },
      upgradePolicy: { supportType: "STANDARD" },
      ...inputs,
    });

  it("carry one colour, a worker and the guard; the idle colour has none", () => {
    const all = [cluster(), ...["blue", "green"].map((colour) => deployment(colour, "api", 2))];
    expect(clusterLines(all).map(({ price, quantity }) => [price, quantity])).toEqual([
      ["eks.hours", 730],
      ["node.hours", 1460],
      ["node.fee", 1460],
      ["node.disk", 160],
    ]);
    const withWorker = [cluster(), deployment("blue", "api", 2, "900m"), deployment("blue", "worker", 0)];
    expect(clusterLines(withWorker)[1]?.quantity).toBe(2 * 730);
    const withLargeWorker = [...withWorker.slice(0, 2), deployment("blue", "worker", 0, "1801m")];
    expect(clusterLines(withLargeWorker)[1]?.quantity).toBe(3 * 730);
    const withGuard = [...withWorker, deployment(undefined, "guard", 2, "901m")];
    expect(clusterLines(withGuard)[1]?.quantity).toBe(3 * 730);
  });

  it.each([
    ["computeConfig", { computeConfig: { enabled: false, nodePools: [] } }],
    ["upgradePolicy", { upgradePolicy: { supportType: "EXTENDED" } }],
  ])("of a cluster with another %s are refused: they would cost otherwise", (key, inputs) => {
    expect(() => clusterLines([cluster(inputs)])).toThrow(key);
  });
});

describe("the platform", () => {
  it("has an interface endpoint a zone, and gateway endpoints for nothing", () => {
    const inputs = { vpcEndpointType: "Interface", subnetIds: ["a", "b", "c"] };
    expect(endpointLines(made("", "sts", inputs))).toEqual([line("sts", "endpoint.hours", 3, 730)]);
    expect(endpointLines(made("", "s3", { vpcEndpointType: "Gateway" }))).toEqual([]);
    expect(() => endpointLines(made("", "x", { vpcEndpointType: "GatewayLoadBalancer" }))).toThrow(
      "vpcEndpointType",
    );
  });

  it("pays each cache node, by engine and type", () => {
    const inputs = { engine: "valkey", nodeType: "cache.t4g.small", numCacheClusters: 2 };
    expect(cacheLines(made("", "queue", { ...inputs, snapshotRetentionLimit: 1 }))).toEqual([
      line("queue: cache.t4g.small, valkey", "elasticache.valkey.cache.t4g.small", 2, 730),
    ]);
    expect(() => cacheLines(made("", "queue", { ...inputs, snapshotRetentionLimit: 7 }))).toThrow(
      "snapshotRetentionLimit",
    );
  });

  it("pays every rule of the firewall, and refuses groups with a fee", () => {
    const group = (name: string) => ({
      statement: { managedRuleGroupStatement: { vendorName: "AWS", name } },
    });
    const rate = { statement: { rateBasedStatement: { limit: 100 } } };
    const rules = [rate, group("AWSManagedRulesCommonRuleSet")];
    expect(firewallLines(made("", "cdn", { rules })).map(({ quantity }) => quantity)).toEqual([1, 2]);
    const paid = { rules: [group("AWSManagedRulesBotControlRuleSet")] };
    expect(() => firewallLines(made("", "cdn", paid))).toThrow("managedRuleGroupStatement");
  });

  it("refuses a load balancer on the internet: it would have addresses", () => {
    const inputs = { loadBalancerType: "application", internal: true };
    expect(loadBalancerLines(made("", "edge", inputs))[0]?.quantity).toBe(730);
    expect(() => loadBalancerLines(made("", "edge", { ...inputs, internal: false }))).toThrow("internal");
  });

  it("counts an alarm on an expression by the metrics in it", () => {
    const metric = { period: 60 };
    expect(alarmMetrics(made("", "a", { period: 60, metricName: "CPUUtilization" }))).toBe(1);
    expect(
      alarmMetrics(made("", "a", { metricQueries: [{ expression: "a / b" }, { metric }, { metric }] })),
    ).toBe(2);
    expect(() => alarmMetrics(made("", "a", { period: 10 }))).toThrow("period");
  });
});
