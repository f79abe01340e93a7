import { randomUUID } from "node:crypto";
import type { Colour } from "../infra/service/colour.ts";
import { baselineOf, isWhole, type Baseline } from "./analysis.ts";
import { idle, moveWorker, servingAndIdle } from "./colours.ts";
import { HeldRecord, type Ended } from "./held-record.ts";
import { RolloutEnded } from "./outcome.ts";
import { PHASES, type Phase } from "./phases.ts";
import type { Tell } from "./progress.ts";
import { EXPIRES_AFTER_MS, type Current } from "./record.ts";
import { settle } from "./settle.ts";
import type { Steps } from "./steps.ts";
import { watch } from "./watch.ts";
import type { World } from "./world.ts";

export interface Request {
  readonly kind: Current["kind"];
  /** Answers the image by digest for the idle colour, once the lock is held. Throws RolloutEnded to refuse. */
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

/**
 * Moves all requests to the idle colour, or leaves them where they are. Until there is a guard inside the cluster this process
 * moves the weights itself: when the process is killed, the next command puts things right.
 *
 * @throws RolloutEnded for every end but a promotion.
 */
export async function rollOut(world: World, request: Request, tell: Tell): Promise<Current> {
  const mine = async (): Promise<Current> => {
    const { from, to } = servingAndIdle(await world.traffic.weights());
    const image = await request.image(from, to);
    tell({ event: "phase", phase: "check", detail: `${to} is idle, ${from} serves; ${image}` });
    return newRollout(request, from, to, image);
  };
  await settleAbandoned(world, request.by, tell);
  const held = await HeldRecord.take(world.records, mine);
  try {
    await new Run(world, held, tell, request.kind).run();
    const { current } = held;
    await held.finish({ outcome: "promoted", reason: "nothing spoke against it" });
    return current;
  } catch (error) {
    throw await ending(world, held, error as Error);
  }
}

/**
 * Puts right what a killed driver left, if one did, and tells it. `expiresAfterMs` is 0 for who has waited for a sign of life
 * already.
 */
export async function settleAbandoned(
  world: World,
  by: string,
  tell: Tell,
  expiresAfterMs = EXPIRES_AFTER_MS,
): Promise<Ended | undefined> {
  const put = (abandoned: Current): Promise<Ended> => {
    const { kind, startedAt, phase } = abandoned;
    tell({ event: "note", text: `the driver of the ${kind} of ${startedAt} went away in ${phase}` });
    return settle(world, abandoned);
  };
  const ended = await HeldRecord.settleAbandoned(world.records, by, put, expiresAfterMs);
  if (ended) tell({ event: "note", text: `that one ended: ${ended.outcome}, ${ended.reason}` });
  return ended;
}

/** Puts things right after a failure, and answers how the rollout ended. */
async function ending(world: World, held: HeldRecord, error: Error): Promise<Error> {
  if (error instanceof RolloutEnded && error.outcome === "undecided") {
    await held.release();
    return error;
  }
  try {
    const { outcome, reason } = await settle(world, held.current, error.message);
    await held.finish({ outcome, reason });
    return new RolloutEnded(outcome === "promoted" ? "undecided" : outcome, reason);
  } catch (second) {
    await held.release();
    if (second instanceof RolloutEnded) return second;
    return new RolloutEnded(
      "undecided",
      `${error.message}. To put things right failed too: ${(second as Error).message}. Run the same command again`,
    );
  }
}

function newRollout(
  { kind, steps, by, pauseBefore }: Request,
  from: Colour,
  to: Colour,
  image: string,
): Current {
  return {
    id: randomUUID(),
    kind,
    from,
    to,
    image,
    steps: [...steps],
    phase: "check",
    startedAt: new Date().toISOString(),
    by,
    beat: 0,
    wanted: "promoted",
    before: null,
    pauseBefore: pauseBefore ?? null,
    mayPass: false,
  };
}

/** The phases after the check, of one rollout. */
class Run {
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

  async run(): Promise<void> {
    const { from, to, image, steps } = this.#held.current;
    const { traffic, pods, config } = this.#world;
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
    await this.#refuseUnwanted();
    const baseline = baselineOf(await pods.list("api", to));
    await this.#serve(steps, config.stepSeconds, config.bakeSeconds, baseline);
    await this.#enter("retire");
    await idle(this.#world, from, this.#held.current.before);
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

  async #serve(steps: Steps, stepSeconds: number, bakeSeconds: number, baseline: Baseline): Promise<void> {
    const { to, from } = this.#held.current;
    const probes = this.#world.probes();
    probes.start();
    try {
      for (const step of steps) {
        await this.#enter("shift");
        const weights = { [to]: step, [from]: 100 - step } as Record<Colour, number>;
        await this.#world.traffic.setWeights(weights);
        this.#tell({ event: "weights", weights });
        probes.reset();
        const isLast = step === 100;
        if (isLast) {
          await moveWorker(this.#world, to);
          await this.#enter("bake");
        }
        const seconds = isLast ? bakeSeconds : stepSeconds;
        const reason = await watch(this.#world, this.#held, probes, baseline, to, seconds);
        const { sent, failed } = probes.counts;
        this.#note(`${sent} requests of the driver's own, ${failed} failed`);
        if (reason !== undefined) throw new Error(reason);
      }
    } finally {
      await probes.stop();
    }
  }

  async #enter(phase: Phase): Promise<void> {
    if (this.#held.current.pauseBefore === phase && !(await this.#held.mayPass())) await this.#waitFor(phase);
    await this.#held.change({ phase });
    this.#tell({ event: "phase", phase, detail: PHASES[phase] });
  }

  /** For a person: as long as it takes. */
  async #waitFor(phase: Phase): Promise<void> {
    this.#note(`waits before ${phase}: "make promote" goes on, "make rollback" takes it back`);
    while (!(await this.#held.mayPass())) {
      await this.#refuseUnwanted();
      await this.#world.pause(1000);
    }
  }

  #note(text: string): void {
    this.#tell({ event: "note", text });
  }

  async #refuseUnwanted(): Promise<void> {
    if (await this.#held.isUnwanted()) throw new Error("taken back by make rollback");
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
