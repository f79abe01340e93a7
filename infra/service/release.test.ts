import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { Children, value } from "../testing/children.ts";
import { Release, type ReleaseArgs } from "./release.ts";

const IMAGE = `registry.test/app@sha256:${"a".repeat(64)}`;
const SETTINGS = {
  PORT: "8080",
  METRICS_PORT: "9090",
  APP_COLOUR: "green",
  APP_IMAGE: IMAGE,
  KEEP_ALIVE_SECONDS: "75",
  DRAIN_SECONDS: "20",
  SHUTDOWN_SECONDS: "10",
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
      apiPort: 8080,
      metricsPort: 9090,
      replicas: { min: 2, max: 6, cpuPercent: 60, scaleDownSeconds: 300 },
      resources: { cpuRequestMillis: 250, cpuLimitMillis: 1000, memoryMiB: 512 },
      keepAliveTimeoutSeconds: 75,
      shutdown: { preStopSeconds: 15, drainSeconds: 20, finishSeconds: 10, gracePeriodSeconds: 60 },
      targetGroupArn: "arn:green",
      provider: new kubernetes.Provider("cluster", { kubeconfig: "{}" }),
      ...change,
    },
    children.options,
  );
  return { release, children: await children.all() };
}

/** The only child of that type. */
function only(children: Awaited<ReturnType<typeof make>>["children"], type: string) {
  const found = Object.values(children).filter((child) => child.type === type);
  expect(found).toHaveLength(1);
  return found[0];
}

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const CONFIG = "kubernetes:core/v1:ConfigMap";
const BINDING = "kubernetes:eks.amazonaws.com/v1:TargetGroupBinding";

describe("Release", () => {
  it("makes these children and no other, the ConfigMap named by its content", async () => {
    const { children } = await make();
    const hashed = /^api-green-[0-9a-f]{10}$/;
    const config = only(children, CONFIG)?.inputs as { metadata: { name: string } };
    expect(config.metadata.name).toMatch(hashed);
    const hash = config.metadata.name.slice(-10);
    expect(Object.keys(children).sort()).toEqual([
      `${DEPLOYMENT} api-deployment`,
      "kubernetes:autoscaling/v2:HorizontalPodAutoscaler api-autoscaler",
      `${CONFIG} api-config-${hash}`,
      "kubernetes:core/v1:Service api-service",
      "kubernetes:core/v1:ServiceAccount api-account",
      `${BINDING} api-binding`,
      "kubernetes:policy/v1:PodDisruptionBudget api-budget",
      "twinstack:service:Release api",
    ]);
  });

  it("tells the app its settings, immutably; others make another ConfigMap", async () => {
    const config = only((await make()).children, CONFIG);
    expect(config?.inputs).toMatchObject({ immutable: true, data: SETTINGS });
    const name = (child: typeof config): string =>
      (child?.inputs["metadata"] as { name: string } | undefined)?.name ?? "";
    const same = only((await make({ targetGroupArn: "arn:other" })).children, CONFIG);
    const other = only((await make({ keepAliveTimeoutSeconds: 80 })).children, CONFIG);
    expect(name(same)).toBe(name(config));
    expect(name(other)).not.toBe(name(config));
  });

  it("runs restricted pods that are sure of their share and may not exceed it", async () => {
    const { children } = await make();
    const { spec } = only(children, DEPLOYMENT)?.inputs as { spec: { template: { spec: PodSpec } } };
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
    const { spec } = only(children, DEPLOYMENT)?.inputs as { spec: { template: { spec: PodSpec } } };
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
    const { spec } = only(children, DEPLOYMENT)?.inputs as {
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
    const deployment = only(children, DEPLOYMENT);
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
    const kinds = (type: string): string[] =>
      [only(children, type)?.options.dependsOn]
        .flat()
        .map((resource) => (resource as pulumi.Resource).constructor.name);
    expect(kinds(BINDING)).toEqual(["Service"]);
    expect(kinds(DEPLOYMENT)).toEqual(["CustomResource", "PodDisruptionBudget"]);
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
  containers: {
    image: string;
    securityContext: unknown;
    resources: unknown;
    ports: unknown;
    lifecycle: unknown;
    startupProbe: { httpGet: unknown };
    readinessProbe: { httpGet: unknown };
    livenessProbe: { httpGet: unknown };
  }[];
}
