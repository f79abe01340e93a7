import type { Colour } from "../infra/service/colour.ts";
import type { RolloutConfig } from "../stacks/config/rollout.ts";
import type { Pods } from "./pods.ts";
import type { Counts } from "./probe-traffic.ts";
import type { RecordStore } from "./record-store.ts";
import type { Traffic } from "./traffic.ts";

/** Requests of the driver's own, while it watches. */
export interface Probes {
  start(): void;
  reset(): void;
  readonly counts: Counts;
  stop(): Promise<void>;
}

/** Everything that a rollout reads and changes. */
export interface World {
  readonly records: RecordStore;
  readonly traffic: Traffic;
  readonly pods: Pods;
  readonly config: RolloutConfig;
  /** Requests of a visitor to the page. */
  readonly probes: () => Probes;
  /** Asks every route of the idle colour; answers how many. Throws what is wrong. */
  readonly verify: (colour: Colour, image: string) => Promise<number>;
  /** Brings the colour's stack up with the image. Throws when that fails. */
  readonly release: (colour: Colour, image: string) => Promise<void>;
  /** Waits. Rejects when a person interrupts. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

export const other = (colour: Colour): Colour => (colour === "blue" ? "green" : "blue");
