import { idle, moveWorker, restoreMinimums, sameWeights, weightsWith } from "../colours.ts";
import type { Ended, HeldRecord } from "../held-record.ts";
import type { Phase } from "../phases.ts";
import { isWhole, healthyOf } from "../target-health.ts";
import type { Weights } from "../traffic.ts";
import { drained } from "./drained.ts";
import { ForeignWeights, NotLeading, TakeBack } from "./reasons.ts";
import { watch, type Watched } from "./watch.ts";
import type { GuardWorld } from "./world.ts";

type Held = Pick<HeldRecord, "current" | "change">;

/** Between two looks at a colour that must be mended first. */
const HOLD_MS = 2_000;

/**
 * Brings a rollout that was handed over to its end, from wherever the record says that it is: forward while it is wanted, else
 * back. Another guard can go on from any point. Rejects, with the weights as they are, while something that it needs does not
 * answer.
 */
export async function conduct(world: GuardWorld, held: Held): Promise<Ended> {
  try {
    if (held.current.wanted === "promoted") {
      try {
        await forward(world, held);
        return { outcome: "promoted", reason: "nothing spoke against it" };
      } catch (error) {
        if (!(error instanceof TakeBack)) throw error;
        // Stored first: a guard that goes on from here must not go forward again.
        await held.change({ wanted: "rolledBack", why: error.message });
      }
    }
    return await back(world, held);
  } catch (error) {
    if (!(error instanceof ForeignWeights)) throw error;
    await restoreMinimums(world, held.current.before);
    return { outcome: "undecided", reason: error.message };
  }
}

async function forward(world: GuardWorld, held: Held): Promise<void> {
  const { steps, to, from, limits, before } = held.current;
  for (let step = held.current.step ?? 0; step < steps.length; step += 1) {
    const isLast = step === steps.length - 1;
    await reach(world, held, step, weightsWith(to, steps[step] ?? 100));
    if (isLast) {
      await moveWorker(world, to);
      await enter(world, held, "bake");
    }
    if (held.current.phase === "retire") break;
    await watch(world, held, enough(isLast ? limits.bakeSeconds : limits.stepSeconds, limits.minSamples));
  }
  await enter(world, held, "retire");
  await drained(world, from, limits.drainMaxSeconds);
  await idle(world, from, before);
}

/** Moves the weights to those of a step, or finds them there already. */
async function reach(world: GuardWorld, held: Held, step: number, wanted: Weights): Promise<void> {
  const { weights, intended, from } = held.current;
  const written = weights ?? weightsWith(from, 100);
  const rule = await world.traffic.weights();
  const isThere = intended !== null && sameWeights(intended, wanted) && sameWeights(rule, wanted);
  if (!isThere) {
    refuseForeign(rule, written, intended);
    await write(world, held, wanted, { step, phase: "shift" });
  } else if (weights === null || !sameWeights(weights, wanted)) {
    await held.change({ weights: wanted });
  }
}

/** The intention is stored first, and what was read back after. */
async function write(
  world: GuardWorld,
  held: Held,
  intended: Weights,
  more: Parameters<Held["change"]>[0] = {},
): Promise<void> {
  await held.change({ ...more, intended });
  if (!world.mayAct()) throw new NotLeading();
  await world.traffic.setWeights(intended);
  await held.change({ weights: intended });
}

function refuseForeign(rule: Weights, written: Weights, intended: Weights | null): void {
  const isOurs = sameWeights(rule, written) || (intended !== null && sameWeights(rule, intended));
  if (!isOurs) throw new ForeignWeights(rule, written);
}

/** Waits for a person before the phase where the rollout asks for that; watches meanwhile. */
async function enter(world: GuardWorld, held: Held, phase: Phase): Promise<void> {
  const { pauseBefore, phase: now } = held.current;
  if (now === phase || now === "retire") return;
  const current = await held.change({});
  if (pauseBefore === phase && !current.mayPass) {
    await held.change({ waitsBefore: phase });
    await watch(world, held, (seen) => seen.current.mayPass);
  }
  await held.change({ phase, waitsBefore: null });
}

/** Whether a step was watched for long enough, with enough requests to judge by. Throws TakeBack after twice the time without. */
function enough(seconds: number, minSamples: number): (watched: Watched) => boolean {
  return (watched) => {
    if (watched.seconds < seconds) return false;
    if (watched.requests >= minSamples) return true;
    if (watched.seconds < 2 * seconds) return false;
    throw new TakeBack(
      `only ${watched.requests} requests were seen, fewer than minSamples, which is ${minSamples}`,
    );
  };
}

/** All requests go back to the colour that served before, as soon as all of its pods are healthy. */
async function back(world: GuardWorld, held: Held): Promise<Ended> {
  const { from, to, before, why, step } = held.current;
  const reason = why ?? "taken back by make rollback";
  for (;;) {
    const { weights, intended } = held.current;
    const rule = await world.traffic.weights();
    if (step === null && rule[to] === 0) break;
    refuseForeign(rule, weights ?? weightsWith(from, 100), intended);
    if (rule[to] === 0) break;
    const targets = await world.traffic.targets(from);
    const needed = before?.replicas ?? 1;
    if (isWhole(targets, needed)) {
      await write(world, held, weightsWith(from, 100), { held: null });
      break;
    }
    const keep = await hold(
      held,
      `${from} has ${healthyOf(targets)} of ${needed} healthy pods, so the weights stay as they are (${reason})`,
    );
    if (keep) return keepNew(world, held);
    await world.pause(HOLD_MS);
  }
  await moveWorker(world, from);
  await idle(world, to, before);
  return { outcome: step === null ? "failedBeforeTraffic" : "rolledBack", reason };
}

/** Says why nothing moves. Answers whether a person asked to keep the new colour since. */
async function hold(held: Held, why: string): Promise<boolean> {
  const isNew = held.current.held === null;
  // A wish from before it was held is none.
  const { mayPass } = await held.change(isNew ? { held: why, mayPass: false } : { held: why });
  return mayPass;
}

/** A person decides for the colour that is there. */
async function keepNew(world: GuardWorld, held: Held): Promise<Ended> {
  const { to, before } = held.current;
  await write(world, held, weightsWith(to, 100), { held: null });
  await moveWorker(world, to);
  await restoreMinimums(world, before);
  return { outcome: "promoted", reason: `${to} was kept by make promote: the other colour was not whole` };
}
