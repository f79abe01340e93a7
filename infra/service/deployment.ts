import type * as kubernetes from "@pulumi/kubernetes";
import { objectLabels, objectName, selectorLabels, type ReleaseOptions } from "./options.ts";
import { podSpec, type PodReferences } from "./pod.ts";
import { appSecretKeys } from "./secret.ts";
import { spreadOver } from "./spread.ts";

type Probe = kubernetes.types.input.core.v1.Probe;

/** The pods that serve pages and API. */
export function deploymentArgs(
  options: ReleaseOptions,
  references: PodReferences,
): kubernetes.apps.v1.DeploymentArgs {
  const labels = objectLabels(options);
  const { shutdown } = options;
  return {
    metadata: { name: objectName(options), namespace: options.namespace, labels },
    spec: {
      replicas: options.replicas.min,
      revisionHistoryLimit: 2,
      progressDeadlineSeconds: 300,
      selector: { matchLabels: selectorLabels(options) },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: "25%" } },
      template: {
        metadata: { labels },
        spec: podSpec(options, references, {
          name: "api",
          secretKeys: appSecretKeys,
          pod: {
            terminationGracePeriodSeconds: shutdown.gracePeriodSeconds,
            topologySpreadConstraints: spreadOver(selectorLabels(options)),
          },
          container: {
            ports: [
              { name: "http", containerPort: options.apiPort },
              { name: "metrics", containerPort: options.metricsPort },
            ],
            startupProbe: probe("/health/startup", {
              periodSeconds: 1,
              timeoutSeconds: 2,
              failureThreshold: 60,
            }),
            readinessProbe: probe("/health/ready", {
              periodSeconds: 2,
              timeoutSeconds: 2,
              failureThreshold: 2,
            }),
            livenessProbe: probe("/health/live", {
              periodSeconds: 10,
              timeoutSeconds: 3,
              failureThreshold: 3,
            }),
            // Requests still come for a moment after the pod was told to go: SIGTERM waits until it is no target.
            lifecycle: { preStop: { sleep: { seconds: shutdown.preStopSeconds } } },
          },
        }),
      },
    },
  };
}

function probe(path: string, timing: Omit<Probe, "httpGet">): Probe {
  return { httpGet: { path, port: "http" }, ...timing };
}
