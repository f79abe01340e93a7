import type { WeightedGroup } from "./topology.ts";

/** AWS: "The range is 0 to 999" (ELBv2 API reference, TargetGroupTuple). */
export const MAX_WEIGHT = 999;

/**
 * One entry of the weights map: the sum, then each group's cumulative share, `100:90:100` for 90/10.
 *
 * HAProxy draws a 32-bit number modulo the sum and takes the first group whose share lies above it, so 0 and
 * the whole are exact and every other share is off by less than 2^-20. One entry holds all numbers, because
 * HAProxy changes an entry at once: no request sees half of a shift.
 */
export function weightsEntry(groups: readonly WeightedGroup[]): string {
  const shares: number[] = [];
  let sum = 0;
  for (const { arn, weight } of groups) {
    if (!Number.isInteger(weight) || weight < 0 || weight > MAX_WEIGHT) {
      throw new RangeError(`weight ${weight} of ${arn}: write a whole number from 0 to ${MAX_WEIGHT}`);
    }
    sum += weight;
    shares.push(sum);
  }
  return [sum, ...shares].join(":");
}
