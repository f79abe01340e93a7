import type * as kubernetes from "@pulumi/kubernetes";
import { objectLabels, objectName, type ReleaseOptions } from "./options.ts";
import { podSpec, type PodKind, type PodReferences } from "./pod.ts";

/** What one of a release's Jobs is besides what all have in common. */
export interface JobKind extends Pick<PodKind, "secretKeys" | "environment"> {
  /** The image's program, without its ending. */
  readonly program: string;
  /** In the Job's name: what makes it another one. */
  readonly hash: string;
}

/**
 * A program of the image that runs to its end before any pod of the release, at most four times. The Job is kept after its
 * end; the engine would else make it again.
 */
export function jobArgs(
  options: ReleaseOptions,
  references: PodReferences,
  { program, hash, secretKeys, environment = [] }: JobKind,
): kubernetes.batch.v1.JobArgs {
  // Not the API's: its Service, budget and spread would take the pod for one of theirs.
  const labels = { ...objectLabels(options), "app.kubernetes.io/name": program };
  return {
    metadata: {
      name: `${objectName(options)}-${program}-${hash}`,
      namespace: options.namespace,
      labels,
    },
    spec: {
      backoffLimit: 3,
      activeDeadlineSeconds: 600,
      template: {
        metadata: { labels },
        spec: podSpec(options, references, {
          name: program,
          secretKeys,
          environment,
          pod: { restartPolicy: "Never" },
          container: { command: ["node", `/app/${program}.js`] },
        }),
      },
    },
  };
}
