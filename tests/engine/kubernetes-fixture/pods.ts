import type { ControlPlane } from "./control-plane.ts";

interface PodMetadata {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface PodList {
  readonly items: readonly {
    readonly metadata: PodMetadata;
    readonly status: { readonly phase: string };
  }[];
}

/**
 * Plays the kubelet of a cluster without nodes: until it is stopped, gives every new pod of the namespace its status.
 * The controllers then see pods that run, fail or finish.
 */
export class PretendedKubelet {
  readonly #timer: NodeJS.Timeout;

  constructor(plane: ControlPlane, namespace: string, statusOf: (pod: PodMetadata) => unknown) {
    const done = new Set<string>();
    this.#timer = setInterval(() => {
      const pods = JSON.parse(plane.kubectl("get", "pods", "-n", namespace, "-o", "json")) as PodList;
      for (const { metadata } of pods.items.filter(({ metadata }) => !done.has(metadata.name))) {
        done.add(metadata.name);
        const patch = JSON.stringify({ status: statusOf(metadata) });
        plane.kubectl(
          "patch",
          "pod",
          metadata.name,
          "-n",
          namespace,
          "--subresource=status",
          "--type=merge",
          "-p",
          patch,
        );
      }
    }, 200);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

export const RUNNING = {
  phase: "Running",
  podIP: "10.0.0.7",
  podIPs: [{ ip: "10.0.0.7" }],
  conditions: [
    { type: "Ready", status: "True" },
    { type: "ContainersReady", status: "True" },
  ],
};

export const SUCCEEDED = { phase: "Succeeded" };

/** What the kubelet reports of an image that is not there. */
export const IMAGE_NOT_FOUND = {
  phase: "Pending",
  containerStatuses: [
    {
      name: "main",
      image: "registry.local/web:missing",
      imageID: "",
      ready: false,
      restartCount: 0,
      state: {
        waiting: {
          reason: "ImagePullBackOff",
          message: 'Back-off pulling image "registry.local/web:missing"',
        },
      },
    },
  ],
};

/** What the kubelet reports of a container that always exits with 1, for good. */
export const FAILED = {
  phase: "Failed",
  containerStatuses: [
    {
      name: "main",
      image: "registry.local/web:1",
      imageID: "",
      ready: false,
      restartCount: 0,
      state: { terminated: { exitCode: 1, reason: "Error", message: "no database" } },
    },
  ],
};
