/** A copy of a leader's data for one follower. */
interface Copy {
  /** Host of the leader that it is taken from. */
  readonly from: string;
  readonly abort: AbortController;
  readonly ended: Promise<void>;
  outcome: "running" | "whole" | Error;
}

/** What became of a copy: `none` was begun. */
export type CopyState = "none" | "running" | "whole" | Error;

/**
 * Copies that are under way, beside the loops that look after the servers: one for a follower at most. However long a copy
 * takes, the leader is watched meanwhile.
 */
export class Copies {
  readonly #copies = new Map<string, Copy>();

  /** What the follower's copy has come to. One that has failed stays so until it is forgotten or begun again. */
  state(follower: string): CopyState {
    return this.#copies.get(follower)?.outcome ?? "none";
  }

  /** Host of the leader that the follower's copy is taken from; undefined when there is none. */
  from(follower: string): string | undefined {
    return this.#copies.get(follower)?.from;
  }

  /** Begins one. `work` must end soon after its signal. Throws when the follower's last one is still running. */
  begin(follower: string, from: string, work: (signal: AbortSignal) => Promise<void>): void {
    if (this.state(follower) === "running") throw new Error(`${follower} is being copied already`);
    const abort = new AbortController();
    const copy: Copy = {
      from,
      abort,
      outcome: "running",
      ended: work(abort.signal).then(
        () => void (copy.outcome = "whole"),
        (error: unknown) => void (copy.outcome = error as Error),
      ),
    };
    this.#copies.set(follower, copy);
  }

  /** Ends the follower's copy, if there is one; resolves when nothing writes any more. */
  async cancel(follower: string): Promise<void> {
    const copy = this.#copies.get(follower);
    if (copy === undefined) return;
    copy.abort.abort();
    await copy.ended;
    if (this.#copies.get(follower) === copy) this.#copies.delete(follower);
  }

  /** Of a copy that has ended: the next one may begin. */
  forget(follower: string): void {
    if (this.state(follower) !== "running") this.#copies.delete(follower);
  }

  /** Resolves when one of those that run has ended; never when none runs. */
  next(): Promise<void> {
    const running = [...this.#copies.values()].filter(({ outcome }) => outcome === "running");
    return running.length === 0
      ? new Promise(() => undefined)
      : Promise.race(running.map(({ ended }) => ended));
  }
}
