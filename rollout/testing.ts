/** A world in memory, for tests: a load balancer, two colours, a record. What happens to it is told in `did`. */
import { setTimeout as delay } from "node:timers/promises";
import type { Colour } from "../infra/service/colour.ts";
import type { PodState, Pods, Program } from "./pods.ts";
import type { Counts } from "./probe-traffic.ts";
import { EMPTY, type Current, type RolloutRecord } from "./record.ts";
import { Conflict, type RecordStore, type Versioned } from "./record-store.ts";
import type { Target, Traffic, Weights } from "./traffic.ts";
import type { World } from "./world.ts";

/** A rollout to green that is watched with all requests on it. */
export const WATCHED: Current = {
  id: "one",
  kind: "rollout",
  from: "blue",
  to: "green",
  image: "image@2",
  steps: [100],
  phase: "bake",
  startedAt: "2026-11-30T12:00:00.000Z",
  by: "ada@desk, process 1",
  beat: 4,
  wanted: "promoted",
  before: { replicas: 3, minimums: { blue: 2, green: 2 } },
  pauseBefore: null,
  mayPass: false,
};

export class MemoryStore implements RecordStore {
  record: RolloutRecord;
  #version = 1;

  constructor(record: RolloutRecord = EMPTY) {
    this.record = record;
  }

  read(): Promise<Versioned> {
    return Promise.resolve({ record: this.record, resourceVersion: String(this.#version) });
  }

  async write(next: RolloutRecord, { resourceVersion }: Versioned): Promise<Versioned> {
    if (resourceVersion !== String(this.#version)) throw new Conflict("written in between");
    this.#version += 1;
    this.record = next;
    return this.read();
  }
}

const pod = (name: string, more: Partial<PodState> = {}): PodState => ({
  name,
  address: name,
  ready: true,
  restarts: 0,
  outOfMemory: false,
  waiting: undefined,
  ...more,
});

/** Blue serves with three pods and a worker; green was released before and is idle. */
export class TestWorld implements World {
  readonly did: string[] = [];
  readonly records = new MemoryStore();
  current: Weights = { blue: 100, green: 0 };
  readonly counts: Record<`${Program}-${Colour}`, number> = {
    "api-blue": 3,
    "api-green": 0,
    "worker-blue": 1,
    "worker-green": 0,
  };
  readonly minimums: Record<Colour, number> = { blue: 2, green: 2 };
  /** What the pods of a colour look like, beside being there. */
  sick: Partial<Record<Colour, Partial<PodState>>> = {};
  /** Health of a colour's targets. */
  health: Record<Colour, string> = { blue: "healthy", green: "healthy" };
  requests: Counts = { sent: 100, failed: 0, firstFailure: undefined };
  /** Called at each pause, with the number of pauses so far: where a test lets something happen. */
  atPause: (pauses: number) => void | Promise<void> = () => undefined;
  failing: { release?: Error; verify?: Error; setWeights?: Error } = {};
  #pauses = 0;

  readonly config = {
    healthSeconds: 1,
    stepSeconds: 0.05,
    bakeSeconds: 0.05,
    errorPercent: 1,
    minSamples: 50,
  };

  readonly traffic: Traffic = {
    weights: () => Promise.resolve(this.current),
    setWeights: (weights) => {
      if (this.failing.setWeights) return Promise.reject(this.failing.setWeights);
      this.current = weights;
      this.did.push(`weights blue ${weights.blue} green ${weights.green}`);
      return Promise.resolve();
    },
    targets: (colour) =>
      Promise.resolve(
        this.#pods("api", colour).map(({ name }): Target => ({
          address: name,
          state: this.health[colour],
          reason: undefined,
        })),
      ),
  };

  readonly pods: Pods = {
    replicas: (program, colour) => Promise.resolve(this.counts[`${program}-${colour}`]),
    scale: (program, colour, replicas) => {
      this.counts[`${program}-${colour}`] = replicas;
      this.did.push(`scale ${program}-${colour} ${replicas}`);
      return Promise.resolve();
    },
    list: (program, colour) => Promise.resolve(this.#pods(program, colour)),
    minimum: (colour) => Promise.resolve(this.minimums[colour]),
    setMinimum: (colour, minimum) => {
      this.minimums[colour] = minimum;
      this.did.push(`minimum ${colour} ${minimum}`);
      return Promise.resolve();
    },
  };

  probes(): { start(): void; reset(): void; counts: Counts; stop(): Promise<void> } {
    const { requests } = this;
    return {
      start: () => undefined,
      reset: () => undefined,
      counts: requests,
      stop: () => Promise.resolve(),
    };
  }

  verify(colour: Colour, image: string): Promise<number> {
    this.did.push(`verify ${colour} ${image}`);
    return this.failing.verify ? Promise.reject(this.failing.verify) : Promise.resolve(9);
  }

  release(colour: Colour, image: string): Promise<void> {
    this.did.push(`release ${colour} ${image}`);
    return this.failing.release ? Promise.reject(this.failing.release) : Promise.resolve();
  }

  async pause(milliseconds: number): Promise<void> {
    this.#pauses += 1;
    await this.atPause(this.#pauses);
    await delay(milliseconds / 100);
  }

  #pods(program: Program, colour: Colour): readonly PodState[] {
    return Array.from({ length: this.counts[`${program}-${colour}`] }, (_, index) =>
      pod(`${program}-${colour}-${index}`, this.sick[colour]),
    );
  }
}
