import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { Children, value } from "../testing/children.ts";
import { Release, type ReleaseArgs } from "./release.ts";

const IMAGE = `registry.test/app@sha256:${"a".repeat(64)}`;
const SETTINGS = {
  PORT: "8080",
  PUBLIC_PROTOCOL: "https",
  METRICS_PORT: "9090",
  APP_COLOUR: "green",
  APP_IMAGE: IMAGE,
  KEEP_ALIVE_SECONDS: "75",
  DRAIN_SECONDS: "20",
  SHUTDOWN_SECONDS: "10",
  SECRETS_DIR: "/etc/twinstack/secrets",
  DATABASE_NAME: "quiz",
  DATABASE_WRITER_HOST: "proxy.test",
  DATABASE_WRITER_PORT: "5432",
  DATABASE_READER_HOSTS: "replica-1.test:5432,replica-2.test:5433",
  DATABASE_POOL_SIZE: "4",
  DATABASE_RW_USER: "app_rw",
  DATABASE_RO_USER: "app_ro",
  CACHE_HOST: "cache.test",
  CACHE_PORT: "6379",
  QUEUE_HOST: "queue.test",
  QUEUE_PORT: "6380",
};
const SECRETS = {
  databaseAdminUser: "twinstack_admin",
  databaseAdminPassword: "admin-secret",
  databaseReadWritePassword: "rw-secret",
  databaseReadOnlyPassword: "ro-secret",
  cacheAuthToken: "cache-secret",
  queueAuthToken: "queue-secret",
};
const SELECTOR = { "app.kubernetes.io/name": "api", "app.kubernetes.io/instance": "green" };
const LABELS = {
  ...SELECTOR,
  "app.kubernetes.io/part-of": "twinstack",
  "app.kubernetes.io/managed-by": "pulumi",
};
const META = { name: "api-green", namespace: "quiz", labels: LABELS };

async function make(change: Partial<ReleaseArgs> = {}) {
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
function only(children: Made, type: string, prefix = "api-") {
  const found = Object.keys(children).filter((key) => key.startsWith(`${type} ${prefix}`));
  expect(found).toHaveLength(1);
  return children[found[0] ?? ""];
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const JOB = "kubernetes:batch/v1:Job";
const SECRET = "kubernetes:core/v1:Secret";
const CONFIG = "kubernetes:core/v1:ConfigMap";
const BINDING = "kubernetes:eks.amazonaws.com/v1:TargetGroupBinding";

describe("Release", () => {
  it("makes these children and no other, what is immutable named by its content", async () => {
    const { children } = await make();
    const names = Object.keys(children).map((key) => key.replace(/-[0-9a-f]{10}$/, "-<hash>"));
    expect(names.sort()).toEqual([
      `${DEPLOYMENT} api-deployment`,
      `${DEPLOYMENT} api-worker`,
      "kubernetes:autoscaling/v2:HorizontalPodAutoscaler api-autoscaler",
      `${JOB} api-migration-<hash>`,
      `${CONFIG} api-config-<hash>`,
      `${CONFIG} api-trust-<hash>`,
      `${SECRET} api-secret-<hash>`,
      "kubernetes:core/v1:Service api-service",
      "kubernetes:core/v1:ServiceAccount api-account",
      `${BINDING} api-binding`,
      "kubernetes:policy/v1:PodDisruptionBudget api-budget",
      "twinstack:service:Release api",
    ]);
    const kinds: [string, string][] = [
      [CONFIG, "api-config"],
      [CONFIG, "api-trust"],
      [SECRET, "api-secret"],
      [JOB, "api-migration"],
    ];
    for (const [type, prefix] of kinds) {
      const key = Object.keys(children).find((each) => each.startsWith(`${type} ${prefix}`)) ?? "";
      const { metadata } = children[key]?.inputs as { metadata: { name: string } };
      expect(metadata.name.slice(-11)).toBe(key.slice(-11));
    }
  });

  it("tells the app its settings, immutably; others make another ConfigMap", async () => {
    const config = only((await make()).children, CONFIG, "api-config");
    expect(config?.inputs).toMatchObject({ immutable: true, data: SETTINGS });
    const name = (child: typeof config): string =>
      (child?.inputs["metadata"] as { name: string } | undefined)?.name ?? "";
    const same = only((await make({ targetGroupArn: "arn:other" })).children, CONFIG, "api-config");
    const other = only((await make({ keepAliveTimeoutSeconds: 80 })).children, CONFIG, "api-config");
    expect(name(same)).toBe(name(config));
    expect(name(other)).not.toBe(name(config));
  });

  it("keeps secret values out of the settings, in an immutable Secret that another value makes anew", async () => {
    const { children } = await make();
    const secret = only(children, SECRET);
    expect(secret?.inputs).toMatchObject({
      immutable: true,
      // Marked secret for the engine, or it would stand in the state in clear.
      data: {
        value: {
          "database-admin-password": base64("admin-secret"),
          "database-rw-password": base64("rw-secret"),
          "database-ro-password": base64("ro-secret"),
          "cache-auth-token": base64("cache-secret"),
          "queue-auth-token": base64("queue-secret"),
        },
      },
    });
    expect(JSON.stringify(only(children, CONFIG, "api-config")?.inputs)).not.toContain("-secret");
    const other = await make({ secrets: { ...SECRETS, cacheAuthToken: "another" } });
    expect(Object.keys(other.children).find((key) => key.startsWith(SECRET))).not.toBe(
      Object.keys(children).find((key) => key.startsWith(SECRET)),
    );
  });

  it("migrates before any pod, with the master's password, which no other pod is given", async () => {
    const { children } = await make();
    const pod = (type: string, prefix: string) =>
      (only(children, type, prefix)?.inputs as { spec: { template: { spec: PodSpec } } }).spec.template.spec;
    const [job, api, worker] = [
      pod(JOB, "api-migration"),
      pod(DEPLOYMENT, "api-deployment"),
      pod(DEPLOYMENT, "api-worker"),
    ];
    expect(job.containers[0]).toMatchObject({ image: IMAGE, command: ["node", "/app/migrate.js"] });
    expect(job.containers[0]?.env).toEqual([
      { name: "NODE_EXTRA_CA_CERTS", value: "/etc/twinstack/trust/ca.pem" },
      { name: "DATABASE_PRIMARY_HOST", value: "primary.test" },
      { name: "DATABASE_PRIMARY_PORT", value: "5432" },
      { name: "DATABASE_ADMIN_USER", value: "twinstack_admin" },
    ]);
    const files = (spec: PodSpec) =>
      spec.volumes.flatMap(({ secret }) => secret?.items.map(({ key }) => key) ?? []);
    expect(files(job)).toEqual(["database-admin-password", "database-rw-password", "database-ro-password"]);
    const app = ["database-rw-password", "database-ro-password", "cache-auth-token", "queue-auth-token"];
    expect([files(api), files(worker)]).toEqual([app, app]);
    expect(worker.containers[0]).toMatchObject({ image: IMAGE, command: ["node", "/app/worker.js"] });
  });

  it("starts workers only where told, and leaves their number to the rollout", async () => {
    const replicas = async (workers: number) => {
      const worker = only((await make({ workers })).children, DEPLOYMENT, "api-worker");
      expect(worker?.options.ignoreChanges).toEqual(["spec.replicas"]);
      return (worker?.inputs["spec"] as { replicas: number }).replicas;
    };
    expect([await replicas(0), await replicas(1)]).toEqual([0, 1]);
  });

  it("runs restricted pods that are sure of their share and may not exceed it", async () => {
    const { children } = await make();
    const { spec } = only(children, DEPLOYMENT, "api-deployment")?.inputs as {
      spec: { template: { spec: PodSpec } };
    };
    const pod = spec.template.spec;
    expect(pod.securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      fsGroup: 65532,
      seccompProfile: { type: "RuntimeDefault" },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
    const [container] = pod.containers;
    expect(pod.containers).toHaveLength(1);
    expect(container?.image).toBe(IMAGE);
    expect(container?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    expect(container?.resources).toEqual({
      requests: { cpu: "250m", memory: "512Mi", "ephemeral-storage": "64Mi" },
      limits: { cpu: "1000m", memory: "512Mi", "ephemeral-storage": "128Mi" },
    });
  });

  it("asks the three health questions on the API's port, and waits before SIGTERM", async () => {
    const { children } = await make();
    const { spec } = only(children, DEPLOYMENT, "api-deployment")?.inputs as {
      spec: { template: { spec: PodSpec } };
    };
    const [container] = spec.template.spec.containers;
    const asked = [container?.startupProbe, container?.readinessProbe, container?.livenessProbe];
    expect(asked.map((probe) => probe?.httpGet)).toEqual(
      ["/health/startup", "/health/ready", "/health/live"].map((path) => ({ path, port: "http" })),
    );
    expect(container?.ports).toEqual([
      { name: "http", containerPort: 8080 },
      { name: "metrics", containerPort: 9090 },
    ]);
    expect(container?.lifecycle).toEqual({ preStop: { sleep: { seconds: 15 } } });
    expect(spec.template.spec.terminationGracePeriodSeconds).toBe(60);
  });

  it("spreads pods over zones first and hosts next, and never has fewer while it updates", async () => {
    const { children } = await make();
    const { spec } = only(children, DEPLOYMENT, "api-deployment")?.inputs as {
      spec: { template: { spec: PodSpec }; strategy: unknown; selector: unknown };
    };
    expect(spec.selector).toEqual({ matchLabels: SELECTOR });
    expect(spec.strategy).toEqual({
      type: "RollingUpdate",
      rollingUpdate: { maxUnavailable: 0, maxSurge: "25%" },
    });
    expect(
      spec.template.spec.topologySpreadConstraints.map(({ topologyKey, whenUnsatisfiable }) => [
        topologyKey,
        whenUnsatisfiable,
      ]),
    ).toEqual([
      ["topology.kubernetes.io/zone", "DoNotSchedule"],
      ["kubernetes.io/hostname", "ScheduleAnyway"],
    ]);
  });

  it("declares replicas once and leaves them to the autoscaler", async () => {
    const { children } = await make();
    const deployment = only(children, DEPLOYMENT, "api-deployment");
    expect((deployment?.inputs["spec"] as { replicas: number }).replicas).toBe(2);
    expect(deployment?.options.ignoreChanges).toEqual(["spec.replicas"]);
    expect(only(children, "kubernetes:autoscaling/v2:HorizontalPodAutoscaler")?.inputs).toMatchObject({
      metadata: META,
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "api-green" },
        minReplicas: 2,
        maxReplicas: 6,
        behavior: { scaleDown: { stabilizationWindowSeconds: 300 } },
        metrics: [{ resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 60 } } }],
      },
    });
  });

  it("binds the Service's pods to the colour's target group, without security-group rules", async () => {
    const { children } = await make();
    expect(only(children, BINDING)?.inputs).toMatchObject({ metadata: META });
    expect(only(children, BINDING)?.inputs["spec"]).toEqual({
      targetGroupARN: "arn:green",
      targetType: "ip",
      serviceRef: { name: "api-green", port: 8080 },
    });
    expect(only(children, "kubernetes:core/v1:Service")?.inputs["spec"]).toEqual({
      type: "ClusterIP",
      selector: SELECTOR,
      ports: [{ name: "http", port: 8080, targetPort: "http", protocol: "TCP" }],
    });
  });

  it("makes Service and binding before the pods: else they would miss their readiness gate", async () => {
    const { children } = await make();
    const kinds = (type: string, prefix?: string): string[] =>
      [only(children, type, prefix)?.options.dependsOn]
        .flat()
        .map((resource) => (resource as pulumi.Resource).constructor.name);
    expect(kinds(BINDING)).toEqual(["Service"]);
    expect(kinds(DEPLOYMENT, "api-deployment")).toEqual(["CustomResource", "PodDisruptionBudget", "Job"]);
    expect(kinds(DEPLOYMENT, "api-worker")).toEqual(["Job"]);
    expect(kinds("kubernetes:autoscaling/v2:HorizontalPodAutoscaler")).toEqual(["Deployment"]);
  });

  it("lets one pod go at a time, and sick ones always", async () => {
    const { children } = await make();
    expect(only(children, "kubernetes:policy/v1:PodDisruptionBudget")?.inputs["spec"]).toEqual({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
      selector: { matchLabels: SELECTOR },
    });
  });

  it("answers what runs", async () => {
    const { release } = await make();
    expect(await Promise.all([release.image, release.deployment, release.service].map(value))).toEqual([
      IMAGE,
      "api-green",
      "api-green",
    ]);
  });
});

interface PodSpec {
  automountServiceAccountToken: boolean;
  terminationGracePeriodSeconds: number;
  securityContext: unknown;
  topologySpreadConstraints: { topologyKey: string; whenUnsatisfiable: string }[];
  volumes: { secret?: { items: { key: string }[] } }[];
  containers: {
    image: string;
    command?: string[];
    env: unknown;
    securityContext: unknown;
    resources: unknown;
    ports: unknown;
    lifecycle: unknown;
    startupProbe: { httpGet: unknown };
    readinessProbe: { httpGet: unknown };
    livenessProbe: { httpGet: unknown };
  }[];
}
