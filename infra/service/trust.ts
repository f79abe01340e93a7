import type * as kubernetes from "@pulumi/kubernetes";
import { settingsHash } from "./config-map.ts";
import { trustData } from "./mounts.ts";
import { objectLabels, objectName, type ReleaseOptions } from "./options.ts";

export function trustHash({
  certificateAuthorities,
}: Pick<ReleaseOptions, "certificateAuthorities">): string {
  return settingsHash(trustData(certificateAuthorities));
}

/** The certificates the pods trust: immutable, and named by its content. */
export function trustArgs(options: ReleaseOptions): kubernetes.core.v1.ConfigMapArgs {
  return {
    metadata: {
      name: `${objectName(options)}-trust-${trustHash(options)}`,
      namespace: options.namespace,
      labels: objectLabels(options),
    },
    immutable: true,
    data: trustData(options.certificateAuthorities),
  };
}
