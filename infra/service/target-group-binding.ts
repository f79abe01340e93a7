import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { objectLabels, objectName, type ReleaseOptions } from "./options.ts";

/** EKS Auto Mode's TargetGroupBinding (its API group differs from the open-source controller's). */
export function targetGroupBindingArgs(
  options: ReleaseOptions,
  targetGroupArn: pulumi.Input<string>,
): kubernetes.apiextensions.CustomResourceArgs {
  return {
    apiVersion: "eks.amazonaws.com/v1",
    kind: "TargetGroupBinding",
    metadata: { name: objectName(options), namespace: options.namespace, labels: objectLabels(options) },
    spec: {
      targetGroupARN: targetGroupArn,
      targetType: "ip",
      serviceRef: { name: objectName(options), port: options.apiPort },
    },
  };
}
