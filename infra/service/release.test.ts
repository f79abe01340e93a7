import type * as pulumi from "@pulumi/pulumi";
import { value } from "../testing/children.ts";
import { DEPLOYMENT, IMAGE, JOB, make, only, SECRETS, SELECTOR } from "./testing.ts";

const SECRET = "kubernetes:core/v1:Secret";
const CONFIG = "kubernetes:core/v1:ConfigMap";
const BINDING = "kubernetes:eks.amazonaws.com/v1:TargetGroupBinding";

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
const LABELS = {
  ...SELECTOR,
  "app.kubernetes.io/part-of": "twinstack",
  "app.kubernetes.io/managed-by": "pulumi",
};
const META = { name: "api-green", namespace: "quiz", labels: LABELS };

/** Its name in the program. */
async function nameOf(resource: unknown): Promise<string> {
  const urn = await value((resource as pulumi.Resource).urn);
  return urn.slice(urn.lastIndexOf("::") + 2);
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

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

  it("uploads the assets in a Job named by image and bucket, where they have a bucket", async () => {
    const assets = { bucket: "assets-1", region: "eu-central-1", serviceAccount: "assets-uploader" };
    const jobs = async (change: Parameters<typeof make>[0]) =>
      Object.keys((await make(change)).children).filter((key) => key.startsWith(`${JOB} api-assets`));
    const [first = "", ...others] = await jobs({ assets });
    expect([first, others]).toEqual([expect.stringMatching(/ api-assets-[0-9a-f]{10}$/), []]);
    expect(await jobs({ assets, keepAliveTimeoutSeconds: 80 })).toEqual([first]);
    const image = `registry.test/app@sha256:${"b".repeat(64)}`;
    expect(await jobs({ assets, image })).not.toEqual([first]);
    expect(await jobs({ assets: { ...assets, bucket: "assets-2" } })).not.toEqual([first]);
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

  it("starts workers only where told, and leaves their number to the rollout", async () => {
    const replicas = async (workers: number) => {
      const worker = only((await make({ workers })).children, DEPLOYMENT, "api-worker");
      expect(worker?.options.ignoreChanges).toEqual(["spec.replicas"]);
      return (worker?.inputs["spec"] as { replicas: number }).replicas;
    };
    expect([await replicas(0), await replicas(1)]).toEqual([0, 1]);
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
    const assets = { bucket: "assets-1", region: "eu-central-1", serviceAccount: "assets-uploader" };
    const uploading = only((await make({ assets })).children, DEPLOYMENT, "api-deployment");
    expect(await Promise.all([uploading?.options.dependsOn].flat().map(nameOf))).toEqual([
      "api-binding",
      "api-budget",
      expect.stringMatching(/^api-migration-/),
      expect.stringMatching(/^api-assets-/),
    ]);
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
