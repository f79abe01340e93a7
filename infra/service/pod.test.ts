import { DEPLOYMENT, IMAGE, JOB, make, only, SELECTOR, type PodSpec } from "./testing.ts";

describe("Release", () => {
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

  it("uploads the assets as another account, which is given the bucket and no secret", async () => {
    const { children } = await make({
      assets: { bucket: "assets-1", region: "eu-central-1", serviceAccount: "assets-uploader" },
    });
    const job = only(children, JOB, "api-assets")?.inputs as {
      metadata: { name: string; labels: Record<string, string> };
      spec: { backoffLimit: number; activeDeadlineSeconds: number; template: { spec: PodSpec } };
    };
    expect(job.metadata).toMatchObject({
      name: expect.stringMatching(/^api-green-upload-assets-[0-9a-f]{10}$/),
      labels: { "app.kubernetes.io/name": "upload-assets", "app.kubernetes.io/instance": "green" },
    });
    const { template, ...limits } = job.spec;
    expect(limits).toEqual({ backoffLimit: 3, activeDeadlineSeconds: 600 });
    const pod = template.spec;
    expect([pod.serviceAccountName, pod.automountServiceAccountToken, pod.restartPolicy]).toEqual([
      "assets-uploader",
      false,
      "Never",
    ]);
    expect(pod.volumes.map(({ name }) => name)).toEqual(["tmp", "trust"]);
    expect(pod.containers[0]).toMatchObject({
      image: IMAGE,
      command: ["node", "/app/upload-assets.js"],
      env: [
        { name: "NODE_EXTRA_CA_CERTS", value: "/etc/twinstack/trust/ca.pem" },
        { name: "ASSETS_BUCKET", value: "assets-1" },
        { name: "AWS_REGION", value: "eu-central-1" },
      ],
    });
    expect(pod.containers[0]?.volumeMounts.map(({ name }) => name)).toEqual(["tmp", "trust"]);
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
});
