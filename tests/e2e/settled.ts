import { kubectl } from "./kubectl.ts";
import { until } from "./until.ts";

interface Autoscaler {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly minReplicas: number; readonly metrics: readonly Metric[] };
  readonly status: {
    readonly currentReplicas?: number;
    readonly desiredReplicas?: number;
    readonly currentMetrics?: readonly Metric[] | null;
  };
}

interface Metric {
  readonly resource?: {
    readonly target?: { readonly averageUtilization?: number };
    readonly current?: { readonly averageUtilization?: number };
  };
}

interface Deployment {
  readonly metadata: { readonly name: string; readonly generation?: number };
  readonly spec: { readonly replicas?: number };
  readonly status: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
  };
}

/** Until a load shows: the kubelet measures every 10 s, metrics-server asks it and the autoscaler asks that every 15 s. */
const MEASURED_AFTER_MS = 40_000;

/**
 * Waits until the load of what came before, a start's own too, is over: every autoscaler at its least, measuring less than
 * its target, and every Deployment with all its pods, for as long as a load takes to show. Before that, pods come and go by
 * themselves, and an update that meets a Deployment with too few of them waits for it, which the engine counts as updated.
 */
export async function settled(kubeconfig: string): Promise<void> {
  const objects = async <T>(kind: string): Promise<readonly T[]> => {
    const text = await kubectl(kubeconfig, "get", kind, "--namespace", "twinstack", "-o", "json");
    return (JSON.parse(text) as { items: readonly T[] }).items;
  };
  let quietSince = Date.now();
  await until(
    "the autoscalers to be back at their least and every Deployment to have its pods",
    async () => {
      const autoscalers = await objects<Autoscaler>("horizontalpodautoscalers");
      const deployments = await objects<Deployment>("deployments");
      const busy = [
        ...autoscalers.filter((each) => !isIdle(each)),
        ...deployments.filter((each) => !isWhole(each)),
      ];
      if (busy.length === 0) return Date.now() - quietSince > MEASURED_AFTER_MS ? true : undefined;
      quietSince = Date.now();
      throw new Error(
        busy.map(({ metadata, status }) => `${metadata.name}: ${JSON.stringify(status)}`).join("; "),
      );
    },
    5 * 60_000,
    1_000,
  );
}

function isIdle({ spec, status }: Autoscaler): boolean {
  // A colour that is idle has no pods: its autoscaler is off, and measures nothing.
  if ((status.currentReplicas ?? 0) === 0 && (status.desiredReplicas ?? 0) === 0) return true;
  const target = spec.metrics[0]?.resource?.target?.averageUtilization ?? 0;
  const measured = status.currentMetrics?.[0]?.resource?.current?.averageUtilization ?? Infinity;
  const least = spec.minReplicas;
  return status.currentReplicas === least && status.desiredReplicas === least && measured < target;
}

function isWhole({ metadata, spec, status }: Deployment): boolean {
  const counts = [status.replicas, status.updatedReplicas, status.availableReplicas];
  return (
    status.observedGeneration === metadata.generation && counts.every((count = 0) => count === spec.replicas)
  );
}
