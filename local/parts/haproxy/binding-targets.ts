/** The parts of Kubernetes objects that a TargetGroupBinding reads; every field may be missing, as in the API. */
export interface Metadata {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}
export interface Binding {
  readonly metadata?: Metadata;
  readonly spec?: {
    readonly targetGroupARN?: string;
    readonly targetType?: string;
    readonly serviceRef?: { readonly name?: string; readonly port?: number | string };
  };
}
export interface Service {
  readonly metadata?: Metadata;
  readonly spec?: { readonly ports?: readonly { readonly name?: string; readonly port: number }[] };
}
export interface EndpointSlice {
  readonly metadata?: Metadata;
  readonly addressType?: string;
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[];
  readonly endpoints?: readonly {
    readonly addresses: readonly string[];
    readonly conditions?: { readonly ready?: boolean; readonly terminating?: boolean };
    readonly targetRef?: { readonly kind?: string; readonly name?: string };
  }[];
}
export interface PodCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}
export interface Pod {
  readonly metadata?: Metadata;
  readonly spec?: { readonly readinessGates?: readonly { readonly conditionType: string }[] };
  readonly status?: { readonly conditions?: readonly PodCondition[] };
}

/** Everything watched, of all namespaces. */
export interface Cluster {
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  readonly pods: readonly Pod[];
}

/** A target that should be registered, and the pod behind it. */
export interface BoundTarget {
  readonly id: string;
  readonly port: number;
  readonly pod: Pod | undefined;
}

/** Seen on pods of Auto Mode clusters; its documentation does not name the type. */
export function gateType(binding: Binding): string {
  return `target-health.eks.amazonaws.com/${binding.metadata?.name ?? ""}`;
}

/**
 * Endpoints that are ready, and those that wait for this binding's readiness gate alone: such a pod becomes ready
 * only when its target is healthy. Terminating endpoints are not ready, so they are deregistered and drain.
 */
export function boundTargets(binding: Binding, cluster: Cluster): readonly BoundTarget[] {
  const { namespace } = binding.metadata ?? {};
  const reference = binding.spec?.serviceRef;
  const service = cluster.services.find(
    ({ metadata }) => metadata?.namespace === namespace && metadata?.name === reference?.name,
  );
  const port = service?.spec?.ports?.find(
    (candidate) => candidate.port === Number(reference?.port) || candidate.name === reference?.port,
  );
  if (port === undefined) return [];
  const pods = new Map(
    cluster.pods
      .filter(({ metadata }) => metadata?.namespace === namespace)
      .map((pod) => [pod.metadata?.name, pod]),
  );
  const targets = new Map<string, BoundTarget>();
  for (const slice of cluster.slices) {
    if (slice.metadata?.namespace !== namespace || slice.addressType !== "IPv4") continue;
    if (slice.metadata?.labels?.["kubernetes.io/service-name"] !== reference?.name) continue;
    const number = slice.ports?.find(({ name }) => (name ?? "") === (port.name ?? ""))?.port;
    if (number === undefined) continue;
    for (const endpoint of slice.endpoints ?? []) {
      const pod = endpoint.targetRef?.kind === "Pod" ? pods.get(endpoint.targetRef.name) : undefined;
      const ready = endpoint.conditions?.ready ?? true;
      const waiting =
        endpoint.conditions?.terminating !== true &&
        pod !== undefined &&
        waitsForGate(pod, gateType(binding));
      if (!ready && !waiting) continue;
      for (const id of endpoint.addresses) targets.set(`${id}:${number}`, { id, port: number, pod });
    }
  }
  return [...targets.values()];
}

function waitsForGate(pod: Pod, type: string): boolean {
  return (
    hasGate(pod, type) &&
    pod.status?.conditions?.some(
      ({ type: name, status }) => name === "ContainersReady" && status === "True",
    ) === true
  );
}

export function hasGate(pod: Pod, type: string): boolean {
  return pod.spec?.readinessGates?.some(({ conditionType }) => conditionType === type) === true;
}
