import { value } from "../testing/children.ts";
import { GUARD_IMAGE, makeGuard } from "./testing.ts";

const LABELS = {
  "app.kubernetes.io/name": "guard",
  "app.kubernetes.io/part-of": "twinstack",
  "app.kubernetes.io/managed-by": "pulumi",
};
const NAME = { name: "twinstack-guard", namespace: "quiz", labels: LABELS };
const SELECTOR = { matchLabels: { "app.kubernetes.io/name": "guard" } };
const DEPLOYMENT = "kubernetes:apps/v1:Deployment guard-deployment";
const TRUST = "kubernetes:core/v1:ConfigMap guard-trust-";

const keyOf = (children: object, prefix: string): string =>
  Object.keys(children).find((key) => key.startsWith(prefix)) ?? "";

const constraint = (topologyKey: string, whenUnsatisfiable: string) => ({
  maxSkew: 1,
  topologyKey,
  whenUnsatisfiable,
  nodeTaintsPolicy: "Honor",
  labelSelector: SELECTOR,
  matchLabelKeys: ["pod-template-hash"],
});
const leftAfterTenSeconds = (key: string) => ({
  key,
  operator: "Exists",
  effect: "NoExecute",
  tolerationSeconds: 10,
});

describe("Guard", () => {
  it("makes these objects and no other, and no Secret among them", async () => {
    const { children } = await makeGuard();
    expect(
      Object.keys(children)
        .map((key) => key.replace(/[0-9a-f]{10}$/, "<hash>"))
        .sort(),
    ).toEqual([
      DEPLOYMENT,
      `${TRUST}<hash>`,
      "kubernetes:core/v1:ServiceAccount guard-account",
      "kubernetes:policy/v1:PodDisruptionBudget guard-budget",
      "kubernetes:rbac.authorization.k8s.io/v1:Role guard-rights",
      "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding guard-rights",
      "kubernetes:scheduling.k8s.io/v1:PriorityClass guard-priority",
      "twinstack:guard:Guard guard",
    ]);
    const spec = (key: string) => children[key]?.inputs;
    expect(spec("kubernetes:core/v1:ServiceAccount guard-account")).toMatchObject({
      metadata: NAME,
      automountServiceAccountToken: false,
    });
    expect(spec("kubernetes:policy/v1:PodDisruptionBudget guard-budget")).toMatchObject({
      metadata: NAME,
      spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow", selector: SELECTOR },
    });
    const priority = spec("kubernetes:scheduling.k8s.io/v1:PriorityClass guard-priority");
    expect(priority).toMatchObject({
      metadata: { name: "twinstack-guard", labels: LABELS },
      value: 1_000_000,
    });
    // No other pod gets it by naming none.
    expect(priority).not.toHaveProperty("globalDefault");
  });

  it("runs two pods under the restricted standard, told all they need and no secret", async () => {
    const { children } = await makeGuard();
    const trust = children[keyOf(children, TRUST)]?.inputs as { metadata: { name: string } };
    expect(children[DEPLOYMENT]?.inputs).toMatchObject({
      metadata: NAME,
      spec: {
        replicas: 2,
        selector: SELECTOR,
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        template: { metadata: { labels: LABELS } },
      },
    });
    const { spec } = (children[DEPLOYMENT]?.inputs as { spec: { template: { spec: unknown } } }).spec
      .template;
    expect(spec).toEqual({
      serviceAccountName: "twinstack-guard",
      automountServiceAccountToken: true,
      enableServiceLinks: false,
      priorityClassName: "twinstack-guard",
      terminationGracePeriodSeconds: 15,
      topologySpreadConstraints: [
        constraint("topology.kubernetes.io/zone", "DoNotSchedule"),
        constraint("kubernetes.io/hostname", "ScheduleAnyway"),
      ],
      tolerations: [
        leftAfterTenSeconds("node.kubernetes.io/unreachable"),
        leftAfterTenSeconds("node.kubernetes.io/not-ready"),
      ],
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 65532,
        runAsGroup: 65532,
        fsGroup: 65532,
        seccompProfile: { type: "RuntimeDefault" },
      },
      volumes: [
        { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
        { name: "trust", configMap: { name: trust.metadata.name } },
      ],
      containers: [
        {
          name: "guard",
          image: GUARD_IMAGE,
          imagePullPolicy: "IfNotPresent",
          env: [
            { name: "RULE_ARN", value: "arn:rule" },
            { name: "TARGET_GROUP_BLUE", value: "arn:blue" },
            { name: "TARGET_GROUP_GREEN", value: "arn:green" },
            { name: "AWS_REGION", value: "eu-central-1" },
            { name: "NAMESPACE", value: "quiz" },
            { name: "METRICS_PORT", value: "9090" },
            { name: "HEALTH_PORT", value: "8081" },
            { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
            { name: "NODE_EXTRA_CA_CERTS", value: "/etc/twinstack/trust/ca.pem" },
            { name: "NODE_OPTIONS", value: "--max-old-space-size=96" },
          ],
          ports: [{ name: "health", containerPort: 8081 }],
          startupProbe: {
            httpGet: { path: "/ready", port: "health" },
            timeoutSeconds: 2,
            periodSeconds: 1,
            failureThreshold: 60,
          },
          readinessProbe: {
            httpGet: { path: "/ready", port: "health" },
            timeoutSeconds: 2,
            periodSeconds: 2,
            failureThreshold: 2,
          },
          livenessProbe: {
            httpGet: { path: "/live", port: "health" },
            timeoutSeconds: 2,
            periodSeconds: 10,
            failureThreshold: 3,
          },
          resources: {
            requests: { cpu: "25m", memory: "160Mi", "ephemeral-storage": "64Mi" },
            limits: { cpu: "250m", memory: "160Mi", "ephemeral-storage": "128Mi" },
          },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
          volumeMounts: [
            { name: "tmp", mountPath: "/tmp" },
            { name: "trust", mountPath: "/etc/twinstack/trust", readOnly: true },
          ],
        },
      ],
    });
  });

  it("has no pod before its rights, and answers name and image of what runs", async () => {
    const { guard, children } = await makeGuard();
    expect(
      [children[DEPLOYMENT]?.options.dependsOn].flat().map((resource) => resource?.constructor.name),
    ).toEqual(["RoleBinding", "PodDisruptionBudget"]);
    expect(await Promise.all([guard.deployment, guard.image].map(value))).toEqual([
      "twinstack-guard",
      GUARD_IMAGE,
    ]);
  });

  it("makes the certificates anew when they are others: pods that run keep theirs", async () => {
    const first = await makeGuard();
    const key = keyOf(first.children, TRUST);
    const hash = key.slice(TRUST.length);
    expect(first.children[key]?.inputs).toMatchObject({
      metadata: { ...NAME, name: `twinstack-guard-trust-${hash}` },
      immutable: true,
      data: { "ca.pem": "PEM" },
    });
    const other = await makeGuard({ certificateAuthorities: "OTHER" });
    expect(keyOf(other.children, TRUST)).toMatch(/[0-9a-f]{10}$/);
    expect(keyOf(other.children, TRUST)).not.toBe(key);
  });
});
