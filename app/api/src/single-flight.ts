/** Work that is under way is joined, not begun again. */
export class SingleFlight {
  readonly #underWay = new Map<string, Promise<unknown>>();

  /** `work` must answer the same type for the same key. */
  run<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const running = this.#underWay.get(key) as Promise<Result> | undefined;
    if (running !== undefined) return running;
    const begun: Promise<Result> = work().finally(() => {
      if (this.#underWay.get(key) === begun) this.#underWay.delete(key);
    });
    this.#underWay.set(key, begun);
    return begun;
  }

  /** Lets the next one begin anew; what is under way goes on for those who wait for it. */
  leave(key: string): void {
    this.#underWay.delete(key);
  }
}
