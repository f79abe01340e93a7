import { randomUUID } from "node:crypto";
import type { Colour } from "../infra/service/colour.ts";
import type { RolloutConfig } from "../stacks/config/rollout.ts";
import { idle, moveWorker, servingAndIdle } from "./colours.ts";
import { follow } from "./follow.ts";
import { HeldRecord, underWay, type Ended } from "./held-record.ts";
import { RolloutEnded } from "./outcome.ts";
import { PHASES, waitingFor, type Phase } from "./phases.ts";
import type { Tell } from "./progress.ts";
import type { Current, Limits } from "./record.ts";
import type { Steps } from "./steps.ts";
import { isWhole } from "./target-health.ts";
import type { World } from "./world.ts";

export interface Request {
  readonly kind: Current["kind"];
  /** Answers the image by digest for the idle colour, once no other rollout is there. Throws RolloutEnded to refuse. */
  readonly image: (from: Colour, to: Colour) => Promise<string>;
  readonly steps: Steps;
  /** The phase before which it waits for `make promote`; undefined: before none. */
  readonly pauseBefore?: Phase | undefined;
  /** Who runs it. */
  readonly by: string;
}

/** Waiting reasons of a container after which it does not come up by waiting. */
const HOPELESS: readonly string[] = [
  "CrashLoopBackOff",
  "CreateContainerConfigError",
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
];

/** How long a guard may take to put right what a driver left: it waits 15 s for the beat first. */
const LEFT_MS = 90_000;

/**
 * Releases onto the idle colour, verifies it, and hands the rollout over to the guard, which alone moves weights. From then on this
 * process only watches: it may end without any effect.
 *
 * @throws RolloutEnded for every end but a promotion.
 */
export async function rollOut(world: World, request: Request, tell: Tell): Promise<Current> {
  await untilNobodyReleases(world, tell);
  if (!(await world.guardIsReady())) {
    throw new RolloutEnded(
      "refused",
      'no guard is ready, and nobody else may move the weights: "make up" brings it up; `kubectl get pods -n <namespace> -l app.kubernetes.io/name=guard` shows it',
    );
  }
  const mine = async (): Promise<Current> => {
    const { from, to } = servingAndIdle(await world.traffic.weights());
    const image = await request.image(from, to);
    tell({ event: "phase", phase: "check", detail: `${to} is idle, ${from} serves; ${image}` });
    return newRollout(request, world.config, { from, to, image });
  };
  const held = await HeldRecord.take(world.records, mine);
  const { current } = held;
  try {
    await new Preparation(world, held, tell, request.kind).run();
  } catch (error) {
    throw await ending(world, held, error as Error);
  }
  const { outcome, reason } = await follow(world, current.id, tell, {
    probes: world.probes(),
    told: "verify",
  });
  if (outcome !== "promoted") throw new RolloutEnded(outcome, reason);
  return current;
}

/** Waits while the guard puts right what a killed driver left. Refuses while a driver or a guard is at work. */
async function untilNobodyReleases({ records, pause }: World, tell: Tell): Promise<void> {
  const first = (await records.read()).record.current;
  if (first === null) return;
  if (first.holder === "guard") throw underWay(first);
  const end = performance.now() + LEFT_MS;
  let isTold = false;
  while (performance.now() < end) {
    await pause(1000);
    const now = (await records.read()).record.current;
    if (now === null) return;
    if (now.id !== first.id || (now.holder === "driver" && now.beat !== first.beat)) throw underWay(now);
    if (!isTold)
      tell({
        event: "note",
        text: `waits for the guard to end the ${first.kind} of ${first.by}, if that driver is gone`,
      });
    isTold = true;
  }
  throw new RolloutEnded(
    "refused",
    `the driver of the ${first.kind} of ${first.startedAt} is gone (${first.by}), and no guard has ended it in ${LEFT_MS / 1000} s: ` +
      '"make status" says what serves, and whether guards run',
  );
}

/** Takes away what was brought up, and answers how the rollout ended. No weight was moved. */
async function ending(world: World, held: HeldRecord, error: Error): Promise<Error> {
  try {
    // Refused where the guard holds it by now: what it brings up must not be taken away.
    const { from, to, before } = await held.change({});
    await moveWorker(world, from);
    await idle(world, to, before);
    const ended: Ended = { outcome: "failedBeforeTraffic", reason: error.message };
    await held.finish(ended);
    return new RolloutEnded("failedBeforeTraffic", error.message);
  } catch (second) {
    await held.release();
    if (second instanceof RolloutEnded) return second;
    return new RolloutEnded(
      "undecided",
      `${error.message}. To put things right failed too: ${(second as Error).message}. The guard does it`,
    );
  }
}

function newRollout(
  { kind, steps, by, pauseBefore }: Request,
  config: RolloutConfig,
  colours: Pick<Current, "from" | "to" | "image">,
): Current {
  return {
    id: randomUUID(),
    kind,
    ...colours,
    steps: [...steps],
    limits: limitsOf(config),
    phase: "check",
    startedAt: new Date().toISOString(),
    by,
    holder: "driver",
    heldBy: by,
    beat: 0,
    wanted: "promoted",
    why: null,
    before: null,
    pauseBefore: pauseBefore ?? null,
    waitsBefore: null,
    mayPass: false,
    step: null,
    intended: null,
    weights: null,
    restarts: {},
    usualMilliseconds: null,
    seen: null,
    held: null,
  };
}

function limitsOf({ healthSeconds: _mine, ...limits }: RolloutConfig): Limits {
  return limits;
}

/** The phases of one rollout up to the shift. */
class Preparation {
  readonly #world: World;
  readonly #held: HeldRecord;
  readonly #tell: Tell;
  readonly #kind: Current["kind"];

  constructor(world: World, held: HeldRecord, tell: Tell, kind: Current["kind"]) {
    this.#world = world;
    this.#held = held;
    this.#tell = tell;
    this.#kind = kind;
  }

  /** Ends with the guard holding the rollout. */
  async run(): Promise<void> {
    const { from, to, image } = this.#held.current;
    const { traffic, pods } = this.#world;
    // What a rollback goes back to is released already, and was verified.
    if (this.#kind === "rollout") {
      await this.#enter("release");
      await this.#world.release(to, image);
    }
    const replicas = await this.#scale(from, to);
    await this.#enter("health");
    await this.#until(`${replicas} healthy targets of ${to}`, async () =>
      isWhole(await traffic.targets(to), replicas),
    );
    await this.#enter("verify");
    this.#note(`${await this.#world.verify(to, image)} routes answer`);
    await this.#waitBefore("shift");
    const restarts = Object.fromEntries(
      (await pods.list("api", to)).map(({ name, restarts: count }) => [name, count]),
    );
    await this.#held.handOver({ phase: "shift", restarts });
  }

  async #scale(from: Colour, to: Colour): Promise<number> {
    const { pods } = this.#world;
    const replicas = (await pods.replicas("api", from)) ?? 0;
    if (replicas === 0) throw new Error(`${from} has the weight and no pods: run "make up" first`);
    const minimums = { blue: await pods.minimum("blue"), green: await pods.minimum("green") };
    await this.#held.change({ before: { replicas, minimums } });
    await this.#enter("scale");
    for (const colour of [from, to]) {
      if (minimums[colour] !== null) await pods.setMinimum(colour, replicas);
    }
    await pods.scale("api", to, replicas);
    await this.#until(`${replicas} ready pods of ${to}`, async () => {
      const found = await pods.list("api", to);
      const hopeless = found.find(({ waiting }) => waiting !== undefined && HOPELESS.includes(waiting));
      if (hopeless) throw new Error(`${hopeless.name} does not start: ${hopeless.waiting ?? ""}`);
      return found.filter(({ ready }) => ready).length >= replicas;
    });
    return replicas;
  }

  async #enter(phase: Phase): Promise<void> {
    await this.#waitBefore(phase);
    await this.#held.change({ phase });
    this.#tell({ event: "phase", phase, detail: PHASES[phase] });
  }

  /** For a person, where the rollout asks for one: as long as it takes. */
  async #waitBefore(phase: Phase): Promise<void> {
    const { pauseBefore, mayPass } = await this.#refuseUnwanted();
    if (pauseBefore !== phase || mayPass) return;
    await this.#held.change({ waitsBefore: phase });
    this.#note(waitingFor(phase));
    while (!(await this.#refuseUnwanted()).mayPass) await this.#world.pause(1000);
    await this.#held.change({ waitsBefore: null });
  }

  #note(text: string): void {
    this.#tell({ event: "note", text });
  }

  async #refuseUnwanted(): Promise<Current> {
    const current = await this.#held.change({});
    if (current.wanted === "rolledBack") throw new Error(current.why ?? "taken back by make rollback");
    return current;
  }

  async #until(what: string, holds: () => Promise<boolean>): Promise<void> {
    const { healthSeconds } = this.#world.config;
    const end = performance.now() + healthSeconds * 1000;
    while (!(await holds())) {
      if (performance.now() > end) throw new Error(`no ${what} within ${healthSeconds} s`);
      await this.#refuseUnwanted();
      await this.#world.pause(1000);
    }
  }
}
