/** A world in memory, for tests: a load balancer, two colours, a record, and a clock that only waiting moves. What happens to it is told in `did`. */
import { setTimeout as delay } from "node:timers/promises";
import type { Colour } from "../infra/service/colour.ts";
import type { PodState, Program } from "./pods.ts";
import type { Counts } from "./probe-traffic.ts";
import { EMPTY, type Current, type Limits, type RolloutRecord } from "./record.ts";
import { Conflict, type RecordStore, type Versioned } from "./record-store.ts";
import type { Target, Weights } from "./traffic.ts";
import type { Counters } from "./guard/metrics.ts";
import type { Sample } from "./guard/tally.ts";
import type { GuardWorld } from "./guard/world.ts";
import type { World } from "./world.ts";

export const LIMITS: Limits = {
  stepSeconds: 4,
  bakeSeconds: 8,
  drainMaxSeconds: 30,
  errorPercent: 1,
  minSamples: 50,
  slowerTimes: 2,
  slowMilliseconds: 200,
};

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
  limits: LIMITS,
  by: "ada@desk, process 1",
  holder: "guard",
  heldBy: "guard-a",
  beat: 4,
  wanted: "promoted",
  why: null,
  before: { replicas: 3, minimums: { blue: 2, green: 2 } },
  pauseBefore: null,
  waitsBefore: null,
  mayPass: false,
  step: 0,
  intended: { blue: 0, green: 100 },
  weights: { blue: 0, green: 100 },
  restarts: {},
  usualMilliseconds: null,
  seen: null,
  held: null,
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
export class TestWorld implements GuardWorld {
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
  /** What the driver's own requests come to. */
  requests: Counts = { sent: 100, failed: 0, firstFailure: undefined };
  /** What each pod of a colour answers between two looks, and how fast; undefined: it does not tell its metrics. */
  served: Record<Colour, { requests: number; failed: number; milliseconds: number } | undefined> = {
    blue: { requests: 20, failed: 0, milliseconds: 10 },
    green: { requests: 20, failed: 0, milliseconds: 10 },
  };
  readonly name: string = "guard-a";
  readonly lines: string[] = [];
  readonly log = (_level: string, message: string): void => void this.lines.push(message);
  leads = true;
  /** Whether a colour answers nothing more once it has no weight. */
  drains = true;
  hasGuard = true;
  #clock = 0;
  readonly #told = new Map<string, Counters>();
  /** Called at each pause of the driver alone. */
  pauseOfDriver: () => void = () => undefined;
  /** Called at each pause, with the number of pauses so far: where a test lets something happen. */
  atPause: (pauses: number) => void | Promise<void> = () => undefined;
  failing: { release?: Error; verify?: Error; setWeights?: Error } = {};
  #pauses = 0;

  readonly config = { healthSeconds: 0.2, ...LIMITS };

  readonly mayAct = (): boolean => this.leads;
  readonly now = (): number => this.#clock;
  readonly guardIsReady = (): Promise<boolean> => Promise.resolve(this.hasGuard);

  readonly metrics = (addresses: readonly string[]): Promise<Sample> =>
    Promise.resolve(new Map(addresses.flatMap((address) => this.#counters(address))));

  readonly traffic = {
    weights: (): Promise<Weights> => Promise.resolve(this.current),
    setWeights: (weights: Weights): Promise<void> => {
      if (this.failing.setWeights) return Promise.reject(this.failing.setWeights);
      this.current = weights;
      this.did.push(`weights blue ${weights.blue} green ${weights.green}`);
      return Promise.resolve();
    },
    targets: (colour: Colour): Promise<readonly Target[]> =>
      Promise.resolve(
        this.#pods("api", colour).map(({ name }): Target => ({
          address: name,
          state: this.health[colour],
          reason: undefined,
        })),
      ),
  };

  readonly pods = {
    replicas: (program: Program, colour: Colour): Promise<number> =>
      Promise.resolve(this.counts[`${program}-${colour}`]),
    scale: (program: Program, colour: Colour, replicas: number): Promise<void> => {
      this.counts[`${program}-${colour}`] = replicas;
      this.did.push(`scale ${program}-${colour} ${replicas}`);
      return Promise.resolve();
    },
    list: (program: Program, colour: Colour): Promise<readonly PodState[]> =>
      Promise.resolve(this.#pods(program, colour)),
    minimum: (colour: Colour): Promise<number> => Promise.resolve(this.minimums[colour]),
    setMinimum: (colour: Colour, minimum: number): Promise<void> => {
      this.minimums[colour] = minimum;
      this.did.push(`minimum ${colour} ${minimum}`);
      return Promise.resolve();
    },
  };

  /** The same world, as the driver waits in it. */
  forDriver(): World {
    const { records, traffic, pods, config, guardIsReady } = this;
    return {
      ...{ records, traffic, pods, config, guardIsReady },
      probes: () => this.probes(),
      verify: (colour, image) => this.verify(colour, image),
      release: (colour, image) => this.release(colour, image),
      pause: (milliseconds) => {
        this.pauseOfDriver();
        return this.pause(milliseconds);
      },
    };
  }

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
    this.#clock += milliseconds;
    await delay(1);
  }

  /** What each pod of a colour answers: a colour without weight answers nothing more. In one bucket above the wanted time and one below: 95 % of the requests come out at about that. */
  #counters(address: string): readonly (readonly [string, Counters])[] {
    const colour = address.includes("blue") ? "blue" : "green";
    const served = this.served[colour];
    if (served === undefined) return [];
    const { requests = 0, failed = 0 } = this.#told.get(address) ?? {};
    const total = requests + (this.current[colour] === 0 && this.drains ? 0 : served.requests);
    const buckets = [{ seconds: served.milliseconds / 1000, requests: total }];
    const told = { requests: total, failed: failed + served.failed, buckets };
    this.#told.set(address, told);
    return [[address, told]];
  }

  #pods(program: Program, colour: Colour): readonly PodState[] {
    return Array.from({ length: this.counts[`${program}-${colour}`] }, (_, index) =>
      pod(`${program}-${colour}-${index}`, this.sick[colour]),
    );
  }
}
