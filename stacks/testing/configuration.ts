import { platformConfig } from "../config.ts";
import type { RawConfig } from "../config/raw.ts";

export const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;
export const IMAGE = `111122223333.dkr.ecr.eu-central-1.amazonaws.com/twinstack-staging@${DIGEST}`;
export const GUARD_IMAGE = `111122223333.dkr.ecr.eu-central-1.amazonaws.com/twinstack-staging-guard@${DIGEST}`;

/** A good environment, as documents below their keys. */
export const GOOD = {
  "aws:region": "eu-central-1",
  "aws:allowedAccountIds": ["111122223333"],
  "twinstack:network": {
    cidr: "10.20.0.0/16",
    zones: ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
    nat: "single",
    interfaceEndpoints: ["ecr.api"],
    flowLogRetentionDays: 30,
  },
  "twinstack:cluster": {
    version: "1.34",
    serviceCidr: "172.20.0.0/16",
    adminPrincipals: ["arn:aws:iam::111122223333:role/platform-admin"],
    publicAccessCidrs: ["203.0.113.7/32"],
    logRetentionDays: 30,
  },
  "twinstack:database": {
    databaseName: "quiz",
    engineVersion: "17",
    instanceClass: "db.t4g.medium",
    allocatedStorageGiB: 20,
    maxAllocatedStorageGiB: 100,
    multiAz: true,
    readReplicas: 2,
    backupRetentionDays: 7,
    logRetentionDays: 30,
    poolSize: 4,
  },
  "twinstack:cache": {
    engine: "valkey",
    engineVersion: "8.0",
    cache: { nodeType: "cache.t4g.small", nodes: 2 },
    queue: { nodeType: "cache.t4g.small", nodes: 2 },
  },
  "twinstack:certificateAuthorities": "amazon-rds",
  "twinstack:registry": { keepImages: 50 },
  "twinstack:edge": {
    ingress: { prefixList: "com.amazonaws.global.cloudfront.origin-facing" },
    idleTimeoutSeconds: 60,
    deregistrationDelaySeconds: 30,
    healthCheck: { intervalSeconds: 5, timeoutSeconds: 3, healthyThreshold: 2, unhealthyThreshold: 2 },
    cdn: {
      viewerProtocol: "redirect-to-https",
      assetsFrom: "bucket",
      priceClass: "PriceClass_100",
      firewall: { rateLimit: 2000, rateWindowSeconds: 300, logRetentionDays: 30 },
    },
  },
  "twinstack:service": {
    namespace: "twinstack",
    apiPort: 8080,
    metricsPort: 9090,
    replicas: { min: 2, max: 6, cpuPercent: 60, scaleDownSeconds: 300 },
    resources: { cpuRequestMillis: 250, cpuLimitMillis: 1000, memoryMiB: 512 },
    keepAliveTimeoutSeconds: 75,
    shutdown: { preStopSeconds: 15, drainSeconds: 20, finishSeconds: 10, gracePeriodSeconds: 60 },
  },
  "twinstack:observability": {
    database: {
      cpuPercent: 80,
      freeStoragePercent: 20,
      connectionsPercent: 80,
      replicaLagSeconds: 10,
      cpuCredits: 50,
    },
    cache: { engineCpuPercent: 80, memoryPercent: 80, replicationLagSeconds: 5, cpuCredits: 50 },
    loadBalancer: { errorPercent: 1, p99Seconds: 0.5 },
  },
};

/** As Pulumi hands config over: text as it is, all else as JSON. */
export function raw(document: Readonly<Record<string, unknown>>): RawConfig {
  return Object.fromEntries(
    Object.entries(document).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** GOOD with the value at a path (`twinstack:network`, `zones`, 1) changed, or taken away by undefined. */
export function withValue(path: readonly (string | number)[], value: unknown): RawConfig {
  const document = structuredClone(GOOD) as Record<string, unknown>;
  const last = path.at(-1) ?? "";
  const parent = path
    .slice(0, -1)
    .reduce<Record<string, unknown>>((at, step) => at[step] as Record<string, unknown>, document);
  if (value === undefined) Reflect.deleteProperty(parent, last);
  else parent[last] = value;
  return raw(document);
}

/** The refusal's problem lines; fails when the configuration is accepted. */
export function problemsOf(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    return (error as Error).message
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }
  throw new Error("the configuration was accepted");
}

/** What is wrong, where, what stands there, and the whole of what is said about it. */
export type Case = readonly [
  what: string,
  path: readonly (string | number)[],
  value: unknown,
  message: string,
];

/** One test a case: that change alone is refused, with that message alone. */
export function refuses(cases: readonly Case[]): void {
  it.each(cases)("refuses %s", (_what, path, value, message) => {
    expect(problemsOf(() => platformConfig("staging", withValue(path, value)))).toEqual([message]);
  });
}
