import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { trustVariable, volumeMounts, volumes } from "./mounts.ts";
import type { ReleaseOptions } from "./options.ts";
import { restrictedContainer, restrictedPod } from "./restricted.ts";

type Container = kubernetes.types.input.core.v1.Container;
type PodSpec = kubernetes.types.input.core.v1.PodSpec;
type EnvVar = kubernetes.types.input.core.v1.EnvVar;

/** Objects the pod refers to, by name. */
export interface PodReferences {
  readonly configMapName: pulumi.Input<string>;
  readonly secretName: pulumi.Input<string>;
  readonly trustName: pulumi.Input<string>;
  readonly serviceAccountName: pulumi.Input<string>;
}

/** What one kind of the release's pods is besides what all have in common. */
export interface PodKind {
  /** Name of the container. */
  readonly name: string;
  readonly container: Partial<Container>;
  readonly pod: Partial<PodSpec>;
  /** Keys of the release's Secret that it reads. */
  readonly secretKeys: readonly string[];
  readonly environment?: readonly EnvVar[];
}

/** A pod of the app's image under the `restricted` Pod Security Standard. */
export function podSpec(options: ReleaseOptions, references: PodReferences, kind: PodKind): PodSpec {
  return {
    serviceAccountName: references.serviceAccountName,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: restrictedPod,
    volumes: volumes(references, kind.secretKeys),
    ...kind.pod,
    containers: [container(options, references, kind)],
  };
}

function container(
  { image, resources }: ReleaseOptions,
  { configMapName }: PodReferences,
  kind: PodKind,
): Container {
  return {
    name: kind.name,
    image,
    imagePullPolicy: "IfNotPresent",
    envFrom: [{ configMapRef: { name: configMapName } }],
    env: [trustVariable, ...(kind.environment ?? [])],
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
    securityContext: restrictedContainer,
    volumeMounts: volumeMounts(kind.secretKeys),
    ...kind.container,
  };
}
