import { HeldRecord } from "../held-record.ts";
import type { Current } from "../record.ts";
import type { Versioned } from "../record-store.ts";
import { Abandoned } from "./abandoned.ts";
import { conduct } from "./conduct.ts";
import { Usual } from "./usual.ts";
import type { GuardWorld } from "./world.ts";

const LOOK_MS = 1_000;

/**
 * Looks at the record and brings what was handed over to its end; also what a driver left behind. Only the guard that leads does
 * anything.
 */
export class Guard {
  readonly #world: GuardWorld;
  readonly #abandoned = new Abandoned();
  readonly #usual: Usual;

  constructor(world: GuardWorld) {
    this.#world = world;
    this.#usual = new Usual(world);
  }

  /** Until the signal aborts. `ticked` is called after every look: a loop that hangs is seen by its absence. */
  async run(signal: AbortSignal, ticked: () => void): Promise<void> {
    const isStopped = (): boolean => signal.aborted;
    while (!isStopped()) {
      try {
        await this.look();
      } catch (error) {
        if (!isStopped()) this.#world.log("error", (error as Error).message);
      }
      ticked();
      await this.#world.pause(LOOK_MS).catch(() => undefined);
    }
  }

  /** One look, and whatever it leads to. Rejects where something does not answer: the next look goes on from the record. */
  async look(): Promise<void> {
    if (!this.#world.mayAct()) {
      this.#abandoned.forget();
      return;
    }
    const seen = await this.#read();
    const { current } = seen.record;
    if (current === null) {
      this.#abandoned.forget();
      await this.#usual.look();
      return;
    }
    const change = this.#changeOf(current);
    if (change === undefined) return;
    const { records, name, log } = this.#world;
    const held = await HeldRecord.adopt(records, seen, name, change);
    log("info", `${current.kind} ${current.id} to ${current.to}: ${current.phase}, from ${current.heldBy}`);
    try {
      const ended = await conduct(this.#world, held);
      await held.finish(ended);
      log("info", `${current.kind} ${current.id}: ${ended.outcome}, ${ended.reason}`);
    } finally {
      await held.release();
    }
  }

  async #read(): Promise<Versioned> {
    try {
      return await this.#world.records.read();
    } catch (error) {
      // A driver cannot beat either while the API server is away.
      this.#abandoned.forget();
      throw error;
    }
  }

  /** What is written when the rollout is taken over; undefined: it is its driver's. */
  #changeOf(current: Current): Partial<Current> | undefined {
    if (current.holder === "guard") {
      return current.step === null ? { usualMilliseconds: this.#usual.of(current.from) } : {};
    }
    if (!this.#abandoned.is(current)) return undefined;
    return { wanted: "rolledBack", why: `its driver went away in ${current.phase}` };
  }
}
