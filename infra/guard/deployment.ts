import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Colour } from "../service/colour.ts";
import { trustVariable, volumeMounts, volumesWithoutSecret } from "../service/mounts.ts";
import { restrictedContainer, restrictedPod } from "../service/restricted.ts";
import { spreadOver } from "../service/spread.ts";
import { guardLabels, guardMetadata } from "./rights.ts";

/** Name of the guard's Deployment. */
export const GUARD_DEPLOYMENT = "twinstack-guard";

/** What the guard is told. */
export interface GuardOptions {
  /** Kubernetes namespace of the releases. Replaces the guard's objects in it. */
  readonly namespace: pulumi.Input<string>;
  /** Image by digest, `<registry>/<repository>@sha256:<64 hex>`. */
  readonly image: string;
  /** ARN of the rule whose weights it moves. */
  readonly ruleArn: pulumi.Input<string>;
  /** ARN of each colour's target group. */
  readonly targetGroups: Readonly<Record<Colour, pulumi.Input<string>>>;
  /** Region of the load balancer. */
  readonly region: string;
  /** Port of the app's `/metrics`. */
  readonly metricsPort: number;
}

/** Objects the pods refer to, by name. */
export interface GuardReferences {
  readonly serviceAccountName: pulumi.Input<string>;
  readonly priorityClassName: pulumi.Input<string>;
  readonly trustName: pulumi.Input<string>;
}

type PodSpec = kubernetes.types.input.core.v1.PodSpec;
type Container = kubernetes.types.input.core.v1.Container;
type Toleration = kubernetes.types.input.core.v1.Toleration;

const HEALTH_PORT = 8081;

/** What Deployment, budget and spread choose pods by. Never changes: a Deployment's selector cannot. */
const selector = { "app.kubernetes.io/name": "guard" };

/** Two pods, of which the Lease's holder works. A new image comes pod by pod, and never leaves fewer than two. */
export function guardDeploymentArgs(
  options: GuardOptions,
  references: GuardReferences,
): kubernetes.apps.v1.DeploymentArgs {
  return {
    metadata: guardMetadata(GUARD_DEPLOYMENT, options.namespace),
    spec: {
      replicas: 2,
      revisionHistoryLimit: 2,
      progressDeadlineSeconds: 300,
      selector: { matchLabels: selector },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: { metadata: { labels: guardLabels }, spec: guardPod(options, references) },
    },
  };
}

/** A node that is emptied may take one pod at a time, and sick pods always. */
export function guardBudgetArgs(
  namespace: pulumi.Input<string>,
): kubernetes.policy.v1.PodDisruptionBudgetArgs {
  return {
    metadata: guardMetadata(GUARD_DEPLOYMENT, namespace),
    spec: {
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
      selector: { matchLabels: selector },
    },
  };
}

function guardPod(options: GuardOptions, references: GuardReferences): PodSpec {
  return {
    serviceAccountName: references.serviceAccountName,
    // It speaks to the API server.
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    priorityClassName: references.priorityClassName,
    terminationGracePeriodSeconds: 15,
    topologySpreadConstraints: spreadOver(selector),
    tolerations: ["unreachable", "not-ready"].map(leftSoon),
    securityContext: restrictedPod,
    volumes: volumesWithoutSecret(references.trustName),
    containers: [guardContainer(options)],
  };
}

/** Kubernetes' own default is 300 seconds, longer than most switches take. */
function leftSoon(condition: string): Toleration {
  return {
    key: `node.kubernetes.io/${condition}`,
    operator: "Exists",
    effect: "NoExecute",
    tolerationSeconds: 10,
  };
}

function guardContainer(options: GuardOptions): Container {
  const get = (path: string) => ({ httpGet: { path, port: "health" }, timeoutSeconds: 2 });
  return {
    name: "guard",
    image: options.image,
    imagePullPolicy: "IfNotPresent",
    env: environment(options),
    ports: [{ name: "health", containerPort: HEALTH_PORT }],
    startupProbe: { ...get("/ready"), periodSeconds: 1, failureThreshold: 60 },
    readinessProbe: { ...get("/ready"), periodSeconds: 2, failureThreshold: 2 },
    livenessProbe: { ...get("/live"), periodSeconds: 10, failureThreshold: 3 },
    resources: {
      requests: { cpu: "25m", memory: "160Mi", "ephemeral-storage": "64Mi" },
      limits: { cpu: "250m", memory: "160Mi", "ephemeral-storage": "128Mi" },
    },
    securityContext: restrictedContainer,
    volumeMounts: volumeMounts([]),
  };
}

function environment(options: GuardOptions): kubernetes.types.input.core.v1.EnvVar[] {
  return [
    { name: "RULE_ARN", value: options.ruleArn },
    { name: "TARGET_GROUP_BLUE", value: options.targetGroups.blue },
    { name: "TARGET_GROUP_GREEN", value: options.targetGroups.green },
    { name: "AWS_REGION", value: options.region },
    { name: "NAMESPACE", value: options.namespace },
    { name: "METRICS_PORT", value: `${options.metricsPort}` },
    { name: "HEALTH_PORT", value: `${HEALTH_PORT}` },
    { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    trustVariable,
    // Below the container's limit: the collector works before the kernel ends the process.
    { name: "NODE_OPTIONS", value: "--max-old-space-size=96" },
  ];
}
