import {
  CoreV1Api,
  CustomObjectsApi,
  DiscoveryV1Api,
  KubeConfig,
  PatchStrategy,
  makeInformer,
  setHeaderOptions,
} from "@kubernetes/client-node";
import type { Informer, KubernetesListObject, KubernetesObject, ObjectCache } from "@kubernetes/client-node";

import type { ClusterAccess } from "../../region/protocol.ts";
import type { Binding, Cluster, Pod, PodCondition } from "./binding-targets.ts";

const RESTART_MS = 1000;
const GROUP = { group: "eks.amazonaws.com", version: "v1", plural: "targetgroupbindings" };

export interface WatchOptions {
  readonly access: ClusterAccess;
  readonly signal: AbortSignal;
  readonly changed: () => void;
  readonly log: (message: string) => void;
}

/** What a controller sees of a cluster: caches that are kept current by watches, which begin anew when they break. */
export interface ClusterWatch {
  /** Undefined until everything was listed once; afterwards the last known state, also while the API is away. */
  snapshot(): { readonly bindings: readonly Binding[]; readonly cluster: Cluster } | undefined;
  setCondition(pod: Pod, condition: PodCondition): Promise<void>;
}

export function watchCluster(options: WatchOptions): ClusterWatch {
  const config = kubeConfig(options.access);
  const core = config.makeApiClient(CoreV1Api);
  const discovery = config.makeApiClient(DiscoveryV1Api);
  const custom = config.makeApiClient(CustomObjectsApi);
  const bindings = watch(
    config,
    `/apis/${GROUP.group}/${GROUP.version}/${GROUP.plural}`,
    options,
    async () => {
      const list: unknown = await custom.listClusterCustomObject(GROUP);
      return list as KubernetesListObject<KubernetesObject & Binding>;
    },
  );
  const services = watch(config, "/api/v1/services", options, () => core.listServiceForAllNamespaces());
  const pods = watch(config, "/api/v1/pods", options, () => core.listPodForAllNamespaces());
  const slices = watch(config, "/apis/discovery.k8s.io/v1/endpointslices", options, () =>
    discovery.listEndpointSliceForAllNamespaces(),
  );
  return {
    snapshot: () => {
      if (![bindings, services, pods, slices].every(({ listed }) => listed())) return undefined;
      return {
        bindings: bindings.list(),
        cluster: { services: services.list(), pods: pods.list(), slices: slices.list() },
      };
    },
    setCondition: async ({ metadata }, condition) => {
      await core.patchNamespacedPodStatus(
        {
          name: metadata?.name ?? "",
          namespace: metadata?.namespace ?? "",
          body: { status: { conditions: [{ ...condition, lastTransitionTime: new Date().toISOString() }] } },
          fieldManager: "twinstack-target-group-binding",
        },
        setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch),
      );
    },
  };
}

interface Cache<T> {
  readonly list: () => readonly T[];
  readonly listed: () => boolean;
}

function watch<T extends KubernetesObject>(
  config: KubeConfig,
  path: string,
  { signal, changed, log }: WatchOptions,
  list: () => Promise<KubernetesListObject<T>>,
): Cache<T> {
  let listed = false;
  let failure: string | undefined;
  const informer: Informer<T> & ObjectCache<T> = makeInformer(config, path, async () => {
    const objects = await list();
    listed = true;
    failure = undefined;
    changed();
    return objects;
  });
  const start = (): void => {
    if (!signal.aborted) informer.start().catch(failed);
  };
  const failed = (error: unknown): void => {
    if (signal.aborted) return;
    const message = error instanceof Error ? error.message : String(error);
    if (message !== failure) log(`watching ${path}: ${message}`);
    failure = message;
    setTimeout(start, RESTART_MS).unref();
  };
  informer.on("change", changed);
  informer.on("error", failed);
  signal.addEventListener("abort", () => void informer.stop(), { once: true });
  start();
  return { list: () => informer.list(), listed: () => listed };
}

function kubeConfig({ server, ca, cert, key }: ClusterAccess): KubeConfig {
  const config = new KubeConfig();
  const name = "twinstack";
  config.loadFromOptions({
    clusters: [{ name, server, caData: base64(ca) }],
    users: [{ name, certData: base64(cert), keyData: base64(key) }],
    contexts: [{ name, cluster: name, user: name }],
    currentContext: name,
  });
  return config;
}

function base64(pem: string): string {
  return Buffer.from(pem).toString("base64");
}
