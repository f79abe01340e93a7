import type * as kubernetes from "@pulumi/kubernetes";
import { objectLabels, objectName, selectorLabels, type ReleaseOptions } from "./options.ts";

/** More pods by CPU use. A Deployment at 0 replicas (an idle colour) is left alone by the autoscaler. */
export function autoscalerArgs(
  options: ReleaseOptions,
): kubernetes.autoscaling.v2.HorizontalPodAutoscalerArgs {
  const { min, max, cpuPercent, scaleDownSeconds } = options.replicas;
  return {
    metadata: {
      name: objectName(options),
      namespace: options.namespace,
      labels: objectLabels(options),
      // A rollout writes `minReplicas` while both colours are there: without this the next change of it is a conflict.
      annotations: { "pulumi.com/patchForce": "true" },
    },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: objectName(options) },
      minReplicas: min,
      maxReplicas: max,
      behavior: { scaleDown: { stabilizationWindowSeconds: scaleDownSeconds } },
      metrics: [
        {
          type: "Resource",
          resource: { name: "cpu", target: { type: "Utilization", averageUtilization: cpuPercent } },
        },
      ],
    },
  };
}

/** A node that is emptied may take one pod at a time, and sick pods always. */
export function disruptionBudgetArgs(options: ReleaseOptions): kubernetes.policy.v1.PodDisruptionBudgetArgs {
  return {
    metadata: { name: objectName(options), namespace: options.namespace, labels: objectLabels(options) },
    spec: {
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
      selector: { matchLabels: selectorLabels(options) },
    },
  };
}
