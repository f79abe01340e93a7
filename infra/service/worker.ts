import type * as kubernetes from "@pulumi/kubernetes";
import { objectLabels, type ReleaseOptions } from "./options.ts";
import { podSpec, type PodReferences } from "./pod.ts";
import { appSecretKeys } from "./secret.ts";

const HEALTH_PORT = "metrics";

/** Name of a colour's worker in Kubernetes. */
export const workerName = ({ colour }: Pick<ReleaseOptions, "colour">): string => `worker-${colour}`;

const workerSelector = ({ colour }: Pick<ReleaseOptions, "colour">): Record<string, string> => ({
  "app.kubernetes.io/name": "worker",
  "app.kubernetes.io/instance": colour,
});

/**
 * The pods that do the queue's jobs. `replicas` when it is made: 1 on the colour that serves, else 0; the rollout
 * starts a colour's worker when its weight reaches 100.
 */
export function workerArgs(
  options: ReleaseOptions,
  replicas: number,
  references: PodReferences,
): kubernetes.apps.v1.DeploymentArgs {
  const selector = workerSelector(options);
  const labels = { ...objectLabels(options), ...selector };
  return {
    metadata: { name: workerName(options), namespace: options.namespace, labels },
    spec: {
      replicas,
      revisionHistoryLimit: 2,
      progressDeadlineSeconds: 300,
      selector: { matchLabels: selector },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: {
        metadata: { labels },
        spec: podSpec(options, references, {
          name: "worker",
          secretKeys: appSecretKeys,
          pod: { terminationGracePeriodSeconds: options.shutdown.gracePeriodSeconds },
          container: {
            command: ["node", "/app/worker.js"],
            ports: [{ name: HEALTH_PORT, containerPort: options.metricsPort }],
            readinessProbe: {
              httpGet: { path: "/health/ready", port: HEALTH_PORT },
              periodSeconds: 5,
              timeoutSeconds: 2,
            },
            livenessProbe: {
              httpGet: { path: "/health/live", port: HEALTH_PORT },
              periodSeconds: 10,
              timeoutSeconds: 3,
            },
          },
        }),
      },
    },
  };
}
