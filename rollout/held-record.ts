import { setTimeout as delay } from "node:timers/promises";
import { RolloutEnded } from "./outcome.ts";
import { BEAT_MS, finish, type Current, type Finished, type RolloutRecord } from "./record.ts";
import { Conflict, type RecordStore, type Versioned } from "./record-store.ts";

/** How a rollout ended. */
export type Ended = Pick<Finished, "outcome" | "reason">;

/**
 * The record while this process holds it: the rollout's lock. Every change is compare-and-swap, and only as long as the
 * record names this holder. A beat is written every {@link BEAT_MS}.
 */
export class HeldRecord {
  readonly #store: RecordStore;
  readonly #mine: Pick<Current, "id" | "heldBy">;
  #now: Versioned;
  #writing: Promise<unknown> = Promise.resolve();
  readonly #stop = new AbortController();
  #beating: Promise<unknown> = Promise.resolve();
  #lost: Error | undefined;

  private constructor(store: RecordStore, now: Versioned, mine: Pick<Current, "id" | "heldBy">) {
    this.#store = store;
    this.#now = now;
    this.#mine = mine;
  }

  /**
   * The driver takes the lock; `mine` is asked for the rollout to write.
   *
   * @throws RolloutEnded (refused) while there is another rollout.
   */
  static async take(store: RecordStore, mine: () => Promise<Current>): Promise<HeldRecord> {
    const seen = await store.read();
    if (seen.record.current !== null) throw underWay(seen.record.current);
    return HeldRecord.#hold(store, await mine(), seen);
  }

  /** A guard takes over what it has seen in the record. Throws {@link Conflict} when the record has changed since. */
  static async adopt(
    store: RecordStore,
    seen: Versioned,
    heldBy: string,
    change: Partial<Current> = {},
  ): Promise<HeldRecord> {
    const { current } = seen.record;
    if (current === null) throw new Error("no rollout is under way");
    const next: Current = { ...current, ...change, holder: "guard", heldBy, beat: current.beat + 1 };
    const now = await store.write({ ...seen.record, current: next }, seen);
    return new HeldRecord(store, now, next).#beat();
  }

  static async #hold(store: RecordStore, current: Current, after: Versioned): Promise<HeldRecord> {
    try {
      return new HeldRecord(store, await store.write({ ...after.record, current }, after), current).#beat();
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      throw new RolloutEnded(
        "refused",
        "another rollout began at the same moment; nothing was changed by this one",
      );
    }
  }

  /** As it was written or read last. */
  get current(): Current {
    if (this.#lost) throw this.#lost;
    const { current } = this.#now.record;
    if (current === null) throw new Error("this rollout has ended");
    return current;
  }

  /** Writes a change and answers the record as it is then, with everybody's wishes. Throws when somebody else holds it by now. */
  async change(values: Partial<Current>): Promise<Current> {
    await this.#change((current) => ({ ...current, ...values }));
    return this.current;
  }

  /** Gives the rollout to the guard: this process can change nothing from here on. */
  async handOver(values: Partial<Current>): Promise<void> {
    await this.release();
    await this.#change((current) => ({ ...current, ...values, holder: "guard", heldBy: "nobody yet" }));
  }

  /** Writes how it ended and gives the lock back. */
  async finish(ended: Ended): Promise<void> {
    await this.release();
    await this.#write((record) => finish(record, ended, new Date()));
  }

  /** Stops beating and keeps the record. */
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
        await this.#change((current) => ({ ...current, beat: current.beat + 1 })).catch((error: unknown) => {
          // An API server that is away for a moment is no reason to stop; a record of somebody else is.
          if (error instanceof RolloutEnded) this.#lost = error;
        });
      }
    };
    this.#beating = loop();
    return this;
  }

  #change(change: (current: Current) => Current): Promise<void> {
    return this.#write((record) => ({ ...record, current: record.current && change(record.current) }));
  }

  #write(next: (record: RolloutRecord) => RolloutRecord): Promise<void> {
    return this.#serially(async () => {
      for (;;) {
        const fresh = await this.#fresh();
        try {
          this.#now = await this.#store.write(next(fresh.record), fresh);
          return;
        } catch (error) {
          if (!(error instanceof Conflict)) throw error;
        }
      }
    });
  }

  /** The record as it is now; throws when this rollout is not the current one, or somebody else's turn. */
  async #fresh(): Promise<Versioned> {
    const fresh = await this.#store.read();
    const theirs = fresh.record.current;
    if (theirs?.id === this.#mine.id && theirs.heldBy === this.#mine.heldBy) return fresh;
    const who =
      theirs === null ? "has ended" : `(${theirs.id}) is held by the ${theirs.holder} ${theirs.heldBy}`;
    throw new RolloutEnded(
      "undecided",
      `the rollout ${this.#mine.id} is not this process' any more: the current one ${who}. "make status" says what serves`,
    );
  }

  #serially<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#writing.then(work, work);
    this.#writing = next.catch(() => undefined);
    return next;
  }
}

/** The refusal for who comes while another rollout is under way. */
export function underWay({ kind, phase, startedAt, by }: Current): RolloutEnded {
  return new RolloutEnded(
    "refused",
    `a ${kind} is under way (${phase}, since ${startedAt}, by ${by}): wait for it, or take it back with "make rollback"`,
  );
}
