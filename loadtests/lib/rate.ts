import type { Scenario } from "k6/options";

/** Iterations a second in an open model: they come whether or not the ones before have ended, as visitors do. */
export interface Rate {
  readonly perSecond: number;
  readonly duration: string;
}

/** k6 keeps so many visitors ready: an iteration takes less than a second unless something is wrong. */
const VISITORS_PER_RATE = 2;

/** A constant rate of one scenario's function. */
export function constantRate(exec: string, { perSecond, duration }: Rate): Scenario {
  const visitors = Math.max(10, Math.ceil(perSecond * VISITORS_PER_RATE));
  return {
    executor: "constant-arrival-rate",
    exec,
    rate: perSecond,
    timeUnit: "1s",
    duration,
    preAllocatedVUs: visitors,
    maxVUs: visitors * 5,
  };
}

/** A rate that goes from one target to the next in so much time. */
export function rampingRate(
  exec: string,
  startPerSecond: number,
  stages: readonly { readonly target: number; readonly duration: string }[],
): Scenario {
  const most = Math.max(startPerSecond, ...stages.map(({ target }) => target));
  const visitors = Math.max(10, Math.ceil(most * VISITORS_PER_RATE));
  return {
    executor: "ramping-arrival-rate",
    exec,
    startRate: startPerSecond,
    timeUnit: "1s",
    stages: [...stages],
    preAllocatedVUs: visitors,
    maxVUs: visitors * 5,
  };
}

/** A number that `make loadtest RATE=…` sets, else `otherwise`. */
export function rate(otherwise: number): number {
  const given = __ENV["RATE"];
  if (given === undefined || given === "") return otherwise;
  const number = Number(given);
  if (Number.isFinite(number) && number > 0) return number;
  throw new Error(`RATE is "${given}": write iterations a second, such as 20`);
}
