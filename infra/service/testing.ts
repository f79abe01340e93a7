/** What the tests of a release share: a good one's arguments, and the children it made. */
import * as kubernetes from "@pulumi/kubernetes";
import { Children } from "../testing/children.ts";
import { Release, type ReleaseArgs } from "./release.ts";

export const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
export const JOB = "kubernetes:batch/v1:Job";

export const IMAGE = `registry.test/app@sha256:${"a".repeat(64)}`;
export const SECRETS = {
  databaseAdminUser: "twinstack_admin",
  databaseAdminPassword: "admin-secret",
  databaseReadWritePassword: "rw-secret",
  databaseReadOnlyPassword: "ro-secret",
  cacheAuthToken: "cache-secret",
  queueAuthToken: "queue-secret",
};
export const SELECTOR = { "app.kubernetes.io/name": "api", "app.kubernetes.io/instance": "green" };

export async function make(change: Partial<ReleaseArgs> = {}) {
  const children = new Children();
  const release = new Release(
    "api",
    {
      colour: "green",
      image: IMAGE,
      namespace: "quiz",
      publicProtocol: "https",
      apiPort: 8080,
      metricsPort: 9090,
      replicas: { min: 2, max: 6, cpuPercent: 60, scaleDownSeconds: 300 },
      resources: { cpuRequestMillis: 250, cpuLimitMillis: 1000, memoryMiB: 512 },
      keepAliveTimeoutSeconds: 75,
      shutdown: { preStopSeconds: 15, drainSeconds: 20, finishSeconds: 10, gracePeriodSeconds: 60 },
      targetGroupArn: "arn:green",
      workers: 0,
      data: {
        databaseName: "quiz",
        writer: { host: "proxy.test", port: 5432 },
        primary: { host: "primary.test", port: 5432 },
        readers: [
          { host: "replica-1.test", port: 5432 },
          { host: "replica-2.test", port: 5433 },
        ],
        poolSize: 4,
        cache: { host: "cache.test", port: 6379 },
        queue: { host: "queue.test", port: 6380 },
      },
      secrets: SECRETS,
      certificateAuthorities: "PEM",
      provider: new kubernetes.Provider("cluster", { kubeconfig: "{}" }),
      ...change,
    },
    children.options,
  );
  return { release, children: await children.all() };
}

type Made = Awaited<ReturnType<typeof make>>["children"];

/** The only child of that type whose name begins so. */
export function only(children: Made, type: string, prefix = "api-") {
  const found = Object.keys(children).filter((key) => key.startsWith(`${type} ${prefix}`));
  expect(found).toHaveLength(1);
  return children[found[0] ?? ""];
}

export interface PodSpec {
  automountServiceAccountToken: boolean;
  terminationGracePeriodSeconds: number;
  securityContext: unknown;
  topologySpreadConstraints: { topologyKey: string; whenUnsatisfiable: string }[];
  serviceAccountName: string;
  restartPolicy?: string;
  volumes: { name: string; secret?: { items: { key: string }[] } }[];
  containers: {
    image: string;
    command?: string[];
    env: unknown;
    securityContext: unknown;
    resources: unknown;
    ports: unknown;
    lifecycle: unknown;
    volumeMounts: { name: string; mountPath: string }[];
    startupProbe: { httpGet: unknown };
    readinessProbe: { httpGet: unknown };
    livenessProbe: { httpGet: unknown };
  }[];
}
