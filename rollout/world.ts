import type { Colour } from "../infra/service/colour.ts";
import type { RolloutConfig } from "../stacks/config/rollout.ts";
import type { Pods } from "./pods.ts";
import type { Counts } from "./probe-traffic.ts";
import type { RecordStore } from "./record-store.ts";
import type { Traffic } from "./traffic.ts";

/** Requests of the driver's own, while the guard moves the weights. */
export interface Probes {
  start(): void;
  reset(): void;
  readonly counts: Counts;
  stop(): Promise<void>;
}

/** What driver and guard both see of an environment. */
export interface Environment {
  readonly records: RecordStore;
  readonly traffic: Pick<Traffic, "weights" | "targets">;
  readonly pods: Pods;
  /** Waits. Rejects when the process is told to end. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** What the driver needs. It reads the load balancer and never writes it. */
export interface World extends Environment {
  readonly config: RolloutConfig;
  /** Whether a guard is there to hand the rollout over to. */
  readonly guardIsReady: () => Promise<boolean>;
  /** Requests of a visitor to the page. */
  readonly probes: () => Probes;
  /** Asks every route of the idle colour; answers how many. Throws what is wrong. */
  readonly verify: (colour: Colour, image: string) => Promise<number>;
  /** Brings the colour's stack up with the image. Throws when that fails. */
  readonly release: (colour: Colour, image: string) => Promise<void>;
}

export const other = (colour: Colour): Colour => (colour === "blue" ? "green" : "blue");
