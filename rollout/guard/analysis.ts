/** Whether a switch goes on or is taken back. Pure: who measures and who acts is elsewhere. */
import { failTooOften } from "../failure-rate.ts";
import type { PodState } from "../pods.ts";
import type { Limits } from "../record.ts";
import { healthyOf } from "../target-health.ts";
import type { Target } from "../traffic.ts";
import type { Tally } from "./tally.ts";

/** What was seen of the new colour since the weights moved last. */
export interface Seen {
  readonly requests: Tally;
  readonly targets: readonly Target[];
  readonly pods: readonly PodState[];
}

/** What it is compared with. */
export interface Baseline {
  /** As many pods as served before. */
  readonly pods: number;
  /** Restarts by name of pod, before the new colour served. */
  readonly restarts: Readonly<Record<string, number>>;
  /** 95 % of the old colour's requests took at most so long; undefined: nobody knows, and slowness is not judged. */
  readonly milliseconds: number | undefined;
}

/** Why the switch is taken back; undefined: nothing speaks against it. */
export function breach(seen: Seen, baseline: Baseline, limits: Limits): string | undefined {
  return (
    ofRequests(seen.requests, baseline, limits) ??
    ofPods(seen.pods, baseline) ??
    ofTargets(seen.targets, baseline)
  );
}

function ofRequests(
  { requests, failed, milliseconds }: Tally,
  { milliseconds: usual }: Baseline,
  limits: Limits,
): string | undefined {
  const { minSamples, errorPercent, slowerTimes, slowMilliseconds } = limits;
  if (requests < minSamples) return undefined;
  if (failTooOften(requests, failed, limits)) {
    return `${failed} of ${requests} requests were answered with 5xx, more than ${errorPercent} %`;
  }
  if (milliseconds === undefined || usual === undefined) return undefined;
  // A few milliseconds more are no reason, however many times as long that is.
  if (milliseconds <= slowMilliseconds || milliseconds <= slowerTimes * usual) return undefined;
  return (
    `95 % of the requests take ${milliseconds.toFixed(0)} ms, more than ${slowerTimes} times the ${usual.toFixed(0)} ms ` +
    "of the other colour"
  );
}

function ofPods(pods: readonly PodState[], { restarts: before }: Baseline): string | undefined {
  const killed = pods.find(({ outOfMemory }) => outOfMemory);
  if (killed) return `a container of ${killed.name} was ended for its memory`;
  const restarted = pods.find(({ name, restarts }) => restarts > (before[name] ?? 0));
  if (restarted) return `a container of ${restarted.name} was started again`;
  const waiting = pods.find((pod) => pod.waiting !== undefined);
  return waiting && `${waiting.name} waits: ${waiting.waiting ?? ""}`;
}

function ofTargets(targets: readonly Target[], { pods }: Baseline): string | undefined {
  const healthy = healthyOf(targets);
  const sick = targets.find(({ state }) => state === "unhealthy");
  if (sick === undefined || healthy >= pods) return undefined;
  return `the load balancer finds ${sick.address} unhealthy (${sick.reason ?? "no reason given"}), and ${healthy} of ${pods} healthy`;
}
