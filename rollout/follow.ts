import { failTooOften } from "./failure-rate.ts";
import { RolloutEnded } from "./outcome.ts";
import { PHASES, waitingFor, type Phase } from "./phases.ts";
import type { Tell } from "./progress.ts";
import type { Counts } from "./probe-traffic.ts";
import type { Current, Limits, RolloutRecord } from "./record.ts";
import type { Ended } from "./held-record.ts";
import { tellHolder } from "./tell-holder.ts";
import type { Weights } from "./traffic.ts";
import type { Environment, Probes } from "./world.ts";

const LOOK_MS = 500;
/** A guard beats every 3 s, and another takes over after 15 s: beyond this nobody works on it. */
const SILENT_MS = 60_000;

/**
 * Tells what becomes of a rollout until it has ended, from the phase after `told` on. `probes` are sent meanwhile: too many that fail take the rollout back.
 *
 * @throws RolloutEnded (undecided) where nothing moves, with the guard in charge.
 */
export async function follow(
  world: Pick<Environment, "records" | "pause">,
  id: string,
  tell: Tell,
  { probes, told }: { readonly probes?: Probes; readonly told?: Phase } = {},
): Promise<Ended> {
  const story = new Story(tell, told);
  let beat: number | undefined;
  let movedAt = performance.now();
  probes?.start();
  try {
    for (;;) {
      await pause(world);
      const record = await readable(async () => (await world.records.read()).record);
      if (record !== undefined) {
        const { current } = record;
        if (current?.id !== id) {
          const ended = endOf(record, id);
          if (ended.outcome === "promoted") story.tellPhase("retire");
          return ended;
        }
        if (current.beat !== beat) movedAt = performance.now();
        beat = current.beat;
        if (story.tell(current)) probes?.reset();
        if (current.held !== null)
          throw inCharge(`${current.held}. Mend it, or keep the new colour with "make promote"`);
        const why =
          probes && current.wanted === "promoted" ? breach(probes.counts, current.limits) : undefined;
        // Where that does not reach the API server, the next look says it again.
        if (why !== undefined) await readable(() => tellHolder(world.records, { wanted: "rolledBack", why }));
      }
      if (performance.now() - movedAt > SILENT_MS) {
        throw inCharge(`no guard has given a sign for ${SILENT_MS / 1000} s; the weights stay as they are`);
      }
    }
  } finally {
    await probes?.stop();
  }
}

/** The guard judges by what the pods tell, which misses what never reached a pod. */
function breach({ sent, failed, firstFailure }: Counts, limits: Limits): string | undefined {
  if (!failTooOften(sent, failed, limits)) return undefined;
  return `${failed} of ${sent} requests of the driver failed, more than ${limits.errorPercent} %: ${firstFailure ?? "no reason is known"}`;
}

/** Ctrl-C ends this process and nothing else. */
async function pause(world: Pick<Environment, "pause">): Promise<void> {
  try {
    await world.pause(LOOK_MS);
  } catch {
    throw inCharge('interrupted; the rollout goes on. "make rollback" takes it back');
  }
}

function inCharge(reason: string): RolloutEnded {
  return new RolloutEnded("undecided", `${reason}. The guard is in charge: "make status" says what serves`);
}

/** Undefined while the API server does not answer. */
async function readable<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch {
    return undefined;
  }
}

function endOf({ history }: RolloutRecord, id: string): Ended {
  const found = history.find((each) => each.id === id);
  if (found) return found;
  throw new RolloutEnded(
    "undecided",
    `the record says nothing of the rollout ${id} any more: somebody removed it`,
  );
}

/** Tells each thing once. */
class Story {
  readonly #tell: Tell;
  #phase: Phase | undefined;
  #weights: Weights | null = null;
  #seen: string | null = null;
  #seenAt = 0;
  #isTakenBack = false;
  #waitsBefore: Phase | null = null;

  constructor(tell: Tell, told: Phase | undefined) {
    this.#tell = tell;
    this.#phase = told;
  }

  /** Also those that were over before anybody looked. */
  tellPhase(phase: Phase): void {
    const all = Object.keys(PHASES) as Phase[];
    const from = this.#phase === undefined ? all.indexOf(phase) : all.indexOf(this.#phase) + 1;
    for (const each of all.slice(from, all.indexOf(phase) + 1)) {
      this.#tell({ event: "phase", phase: each, detail: PHASES[each] });
    }
    this.#phase = phase;
  }

  /** Answers whether the weights have moved since. */
  tell({ phase, weights, seen, wanted, why, waitsBefore }: Current): boolean {
    this.tellPhase(phase);
    const isMoved = weights !== null && JSON.stringify(weights) !== JSON.stringify(this.#weights);
    if (isMoved) this.#tell({ event: "weights", weights });
    if (wanted === "rolledBack" && !this.#isTakenBack) this.#note(`is taken back: ${why ?? ""}`);
    if (waitsBefore !== null && waitsBefore !== this.#waitsBefore) this.#note(waitingFor(waitsBefore));
    this.#waitsBefore = waitsBefore;
    // The guard looks every 2 s; a person need not read each look.
    const isNews = seen !== null && seen !== this.#seen && performance.now() - this.#seenAt > 5_000;
    if (isNews) {
      this.#note(seen);
      this.#seenAt = performance.now();
      this.#seen = seen;
    }
    this.#weights = weights;
    this.#isTakenBack = wanted === "rolledBack";
    return isMoved;
  }

  #note(text: string): void {
    this.#tell({ event: "note", text });
  }
}
