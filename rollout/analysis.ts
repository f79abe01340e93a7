/** Whether a switch goes on, is taken back, or is only held. Pure: who measures and who acts is elsewhere. */
import type { RolloutConfig } from "../stacks/config/rollout.ts";
import type { PodState } from "./pods.ts";
import type { Target } from "./traffic.ts";

/** What was seen since the weights moved last. */
export interface Seen {
  /** Requests of the driver's own that ended, and how many of them failed. */
  readonly sent: number;
  readonly failed: number;
  /** How the first of them failed. */
  readonly firstFailure: string | undefined;
  readonly targets: readonly Target[];
  readonly pods: readonly PodState[];
}

/** The pods as they were before the new colour got its first request. */
export interface Baseline {
  readonly pods: number;
  /** Restarts by name of pod. */
  readonly restarts: ReadonlyMap<string, number>;
}

/** Why the switch is taken back; undefined: nothing speaks against it. */
export function breach(
  { sent, failed, firstFailure, targets, pods }: Seen,
  baseline: Baseline,
  { errorPercent, minSamples }: Pick<RolloutConfig, "errorPercent" | "minSamples">,
): string | undefined {
  const failedPercent = sent === 0 ? 0 : (100 * failed) / sent;
  if (sent >= minSamples && failedPercent > errorPercent) {
    return `${failed} of ${sent} requests failed, more than ${errorPercent} %: ${firstFailure ?? "no reason is known"}`;
  }
  const killed = pods.find(({ outOfMemory }) => outOfMemory);
  if (killed) return `a container of ${killed.name} was ended for its memory`;
  const restarted = pods.find(({ name, restarts }) => restarts > (baseline.restarts.get(name) ?? 0));
  if (restarted) return `a container of ${restarted.name} was started again`;
  const waiting = pods.find((pod) => pod.waiting !== undefined);
  if (waiting) return `${waiting.name} waits: ${waiting.waiting ?? ""}`;
  const healthy = targets.filter(({ state }) => state === "healthy").length;
  const sick = targets.find(({ state }) => state === "unhealthy");
  if (sick && healthy < baseline.pods) {
    return `the load balancer finds ${sick.address} unhealthy (${sick.reason ?? "no reason given"}), and ${healthy} of ${baseline.pods} healthy`;
  }
  return undefined;
}

export function baselineOf(pods: readonly PodState[]): Baseline {
  return { pods: pods.length, restarts: new Map(pods.map(({ name, restarts }) => [name, restarts])) };
}

/** Whether requests may go back to a colour: all of its pods are there and healthy. */
export function isWhole(targets: readonly Target[], pods: number): boolean {
  return targets.filter(({ state }) => state === "healthy").length >= pods;
}
