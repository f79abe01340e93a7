import { RolloutEnded } from "./outcome.ts";

/** Percent of requests that the new colour gets, step by step; the last is 100. */
export type Steps = readonly number[];

/**
 * Reads `STEPS`, e.g. `10,50,100`. Default: all at once.
 *
 * @throws RolloutEnded (refused) for what is no rising list of whole percents up to 100.
 */
export function parseSteps(text = "100"): Steps {
  const steps = text.split(",").map((part) => (/^\d{1,3}$/.test(part.trim()) ? Number(part) : Number.NaN));
  const rising = steps.every((step, index) => step > (steps[index - 1] ?? 0));
  if (rising && steps.at(-1) === 100) return steps;
  throw new RolloutEnded(
    "refused",
    `STEPS is ${JSON.stringify(text)}: write rising whole percents that end with 100, such as 100 or 10,50,100`,
  );
}
