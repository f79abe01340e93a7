import type { Traffic } from "../traffic.ts";
import type { Environment } from "../world.ts";
import type { Log } from "./log.ts";
import type { ReadSample } from "./signals.ts";

/** What the guard sees and changes. */
export interface GuardWorld extends Environment {
  readonly traffic: Traffic;
  readonly metrics: ReadSample;
  /** Whether this guard leads for sure. Before each change of the weights it is asked anew. */
  readonly mayAct: () => boolean;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  readonly log: Log;
  /** Which guard this is: its pod. */
  readonly name: string;
}
