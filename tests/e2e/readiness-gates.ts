import { isTrue, podsOf } from "./kubectl.ts";

/** What a pod's readiness waits for besides its containers, and whether the load balancer has said so. */
export interface Gates {
  readonly asked: readonly string[];
  readonly healthy: boolean;
}

/** The gates of each pod of one program of the release on blue. */
export async function gatesOf(kubeconfig: string, program: string): Promise<readonly Gates[]> {
  return (await podsOf(kubeconfig, program)).map((pod) => ({
    asked: (pod.spec.readinessGates ?? []).map(({ conditionType }) => conditionType),
    healthy: isTrue(pod, "target-health.eks.amazonaws.com/api-blue"),
  }));
}
