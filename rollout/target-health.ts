import type { Target } from "./traffic.ts";

/** How many targets get requests. */
export function healthyOf(targets: readonly Target[]): number {
  return targets.filter(({ state }) => state === "healthy").length;
}

/** Whether requests may go to a colour: all of its pods are there and healthy. */
export function isWhole(targets: readonly Target[], pods: number): boolean {
  return healthyOf(targets) >= pods;
}
