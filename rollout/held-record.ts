import { setTimeout as delay } from "node:timers/promises";
import { RolloutEnded } from "./outcome.ts";
import { BEAT_MS, EXPIRES_AFTER_MS, finish, type Current, type Finished } from "./record.ts";
import { Conflict, type RecordStore, type Versioned } from "./record-store.ts";

/** How a rollout ended. */
export type Ended = Pick<Finished, "outcome" | "reason">;

/**
 * The record while this process holds it: the rollout's lock. Every change is compare-and-swap. A beat is written every
 * {@link BEAT_MS}; who else sees none for {@link EXPIRES_AFTER_MS} may take the rollout over.
 */
export class HeldRecord {
  readonly #store: RecordStore;
  #now: Versioned;
  #writing: Promise<unknown> = Promise.resolve();
  readonly #stop = new AbortController();
  #beating: Promise<unknown> = Promise.resolve();
  #lost: Error | undefined;

  private constructor(store: RecordStore, now: Versioned) {
    this.#store = store;
    this.#now = now;
  }

  /**
   * Takes the lock; `mine` is asked for the rollout to write.
   *
   * @throws RolloutEnded (refused) while there is another rollout.
   */
  static async take(store: RecordStore, mine: () => Promise<Current>): Promise<HeldRecord> {
    const seen = await store.read();
    if (seen.record.current !== null) throw underWay(seen.record.current);
    return new HeldRecord(store, await swap(store, await mine(), seen)).#beat();
  }

  /**
   * Finishes a rollout whose driver stopped beating: `put` puts things right and says how it ended. Undefined: there was none.
   * Where `put` fails the record stays, for the next command.
   *
   * @throws RolloutEnded (refused) while the driver lives.
   */
  static async settleAbandoned(
    store: RecordStore,
    by: string,
    put: (abandoned: Current) => Promise<Ended>,
    expiresAfterMs = EXPIRES_AFTER_MS,
  ): Promise<Ended | undefined> {
    const { current } = (await store.read()).record;
    if (current === null) return undefined;
    const seen = await unlessItBeats(store, current, expiresAfterMs);
    // Who settles holds it: of two who see it abandoned, one is refused here.
    const held = new HeldRecord(
      store,
      await swap(store, { ...current, beat: current.beat + 1, by }, seen),
    ).#beat();
    try {
      const ended = await put(held.current);
      await held.finish(ended);
      return ended;
    } finally {
      await held.release();
    }
  }

  get current(): Current {
    if (this.#lost) throw this.#lost;
    const { current } = this.#now.record;
    if (current === null) throw new Error("this rollout has ended");
    return current;
  }

  /** Writes a change. Throws when the record is held by somebody else by now. */
  async change(values: Partial<Current>): Promise<void> {
    await this.#write((current) => ({ ...current, ...values }));
  }

  /** Whether somebody asked for the rollout to be taken back. Read anew. */
  async isUnwanted(): Promise<boolean> {
    await this.change({});
    return this.current.wanted === "rolledBack";
  }

  /** Whether `make promote` was called. Read anew. */
  async mayPass(): Promise<boolean> {
    await this.change({});
    return this.current.mayPass;
  }

  /** Writes how it ended and gives the lock back. */
  async finish(ended: Ended): Promise<void> {
    await this.release();
    await this.#serially(async () => {
      const fresh = await this.#mine();
      this.#now = await this.#store.write(finish(fresh.record, ended, new Date()), fresh);
    });
  }

  /** Stops beating and keeps the record: what is left is for the next command. */
  async release(): Promise<void> {
    this.#stop.abort();
    await this.#beating;
  }

  #beat(): this {
    const stopped = (): boolean => this.#stop.signal.aborted;
    const loop = async (): Promise<void> => {
      while (!stopped()) {
        await delay(BEAT_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined);
        if (stopped()) return;
        await this.#write((current) => ({ ...current, beat: current.beat + 1 })).catch((error: unknown) => {
          // An API server that is away for a moment is no reason to stop; a record of somebody else is.
          if (error instanceof RolloutEnded) this.#lost = error;
        });
      }
    };
    this.#beating = loop();
    return this;
  }

  #write(change: (current: Current) => Current): Promise<void> {
    return this.#serially(async () => {
      for (;;) {
        const fresh = await this.#mine();
        const current = fresh.record.current as Current;
        try {
          this.#now = await this.#store.write({ ...fresh.record, current: change(current) }, fresh);
          return;
        } catch (error) {
          if (!(error instanceof Conflict)) throw error;
        }
      }
    });
  }

  /** The record as it is now; throws when this rollout is not the current one. */
  async #mine(): Promise<Versioned> {
    const fresh = await this.#store.read();
    const mine = this.#now.record.current;
    const theirs = fresh.record.current;
    if (mine !== null && theirs?.id === mine.id && theirs.by === mine.by) return fresh;
    throw new RolloutEnded(
      "undecided",
      `the rollout ${mine?.id ?? ""} was taken over by ${theirs?.by ?? "nobody"}: "make status" says what serves`,
    );
  }

  #serially<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#writing.then(work, work);
    this.#writing = next.catch(() => undefined);
    return next;
  }
}

async function swap(store: RecordStore, current: Current, after: Versioned): Promise<Versioned> {
  try {
    return await store.write({ ...after.record, current }, after);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    throw new RolloutEnded(
      "refused",
      "another rollout began at the same moment; nothing was changed by this one",
    );
  }
}

/** Answers the record when it stood still for long enough; by this process' own clock, which no other is compared with. */
async function unlessItBeats(
  store: RecordStore,
  current: Current,
  expiresAfterMs: number,
): Promise<Versioned> {
  const end = performance.now() + expiresAfterMs;
  for (;;) {
    const seen = await store.read();
    const now = seen.record.current;
    if (now?.id !== current.id || now.beat !== current.beat) throw underWay(now ?? current);
    if (performance.now() > end) return seen;
    await delay(Math.min(1000, expiresAfterMs / 5));
  }
}

function underWay({ kind, phase, startedAt, by }: Current): RolloutEnded {
  return new RolloutEnded(
    "refused",
    `a ${kind} is under way (${phase}, since ${startedAt}, by ${by}): wait for it, or take it back with "make rollback"`,
  );
}
