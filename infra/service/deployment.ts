import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { objectLabels, objectName, selectorLabels, type ReleaseOptions } from "./options.ts";

type Container = kubernetes.types.input.core.v1.Container;
type Probe = kubernetes.types.input.core.v1.Probe;
type PodSpec = kubernetes.types.input.core.v1.PodSpec;
type Spread = kubernetes.types.input.core.v1.TopologySpreadConstraint;

/** Distroless images' `nonroot`. */
const NON_ROOT = 65532;

export function deploymentArgs(
  options: ReleaseOptions,
  configMapName: pulumi.Input<string>,
  serviceAccountName: pulumi.Input<string>,
): kubernetes.apps.v1.DeploymentArgs {
  const labels = objectLabels(options);
  return {
    metadata: { name: objectName(options), namespace: options.namespace, labels },
    spec: {
      replicas: options.replicas.min,
      revisionHistoryLimit: 2,
      progressDeadlineSeconds: 300,
      selector: { matchLabels: selectorLabels(options) },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: "25%" } },
      template: { metadata: { labels }, spec: podSpec(options, configMapName, serviceAccountName) },
    },
  };
}

function podSpec(
  options: ReleaseOptions,
  configMapName: pulumi.Input<string>,
  serviceAccountName: pulumi.Input<string>,
): PodSpec {
  return {
    serviceAccountName,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: options.shutdown.gracePeriodSeconds,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: NON_ROOT,
      runAsGroup: NON_ROOT,
      fsGroup: NON_ROOT,
      seccompProfile: { type: "RuntimeDefault" },
    },
    topologySpreadConstraints: [
      spread(options, "topology.kubernetes.io/zone", "DoNotSchedule"),
      spread(options, "kubernetes.io/hostname", "ScheduleAnyway"),
    ],
    containers: [container(options, configMapName)],
    volumes: [{ name: "tmp", emptyDir: { sizeLimit: "64Mi" } }],
  };
}

/** Counts one revision's pods alone, and no zone whose nodes are tainted: a lost zone holds nothing up. */
function spread(options: ReleaseOptions, topologyKey: string, whenUnsatisfiable: string): Spread {
  return {
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable,
    nodeTaintsPolicy: "Honor",
    labelSelector: { matchLabels: selectorLabels(options) },
    matchLabelKeys: ["pod-template-hash"],
  };
}

function container(options: ReleaseOptions, configMapName: pulumi.Input<string>): Container {
  const { resources, shutdown } = options;
  return {
    name: "api",
    image: options.image,
    imagePullPolicy: "IfNotPresent",
    envFrom: [{ configMapRef: { name: configMapName } }],
    ports: [
      { name: "http", containerPort: options.apiPort },
      { name: "metrics", containerPort: options.metricsPort },
    ],
    resources: {
      requests: {
        cpu: `${resources.cpuRequestMillis}m`,
        memory: `${resources.memoryMiB}Mi`,
        "ephemeral-storage": "64Mi",
      },
      limits: {
        cpu: `${resources.cpuLimitMillis}m`,
        memory: `${resources.memoryMiB}Mi`,
        "ephemeral-storage": "128Mi",
      },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    startupProbe: probe("/health/startup", { periodSeconds: 1, timeoutSeconds: 2, failureThreshold: 60 }),
    readinessProbe: probe("/health/ready", { periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 2 }),
    livenessProbe: probe("/health/live", { periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 3 }),
    // Requests still come for a moment after the pod was told to go: SIGTERM waits until it is no target.
    lifecycle: { preStop: { sleep: { seconds: shutdown.preStopSeconds } } },
    volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
  };
}

function probe(path: string, timing: Omit<Probe, "httpGet">): Probe {
  return { httpGet: { path, port: "http" }, ...timing };
}
