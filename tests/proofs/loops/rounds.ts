/** One thing to be proved again and again. */
export interface Round {
  /** e.g. `up, down 3 of 20`. */
  readonly name: string;
  /** Resolves with a detail for its line; rejects when it failed. */
  readonly run: () => Promise<string>;
}

export interface RoundsOptions {
  /** No round begins later than so many ms after the first; those that are left have not passed. */
  readonly limitMs: number;
  /** A line of progress. */
  readonly say: (line: string) => void;
  /** Keeps what tells why a round failed; answers where. */
  readonly keep: (name: string, error: Error) => Promise<string>;
  /** A clock in ms; default `Date.now`. */
  readonly now?: () => number;
}

/** Runs the rounds one after the other, also after one has failed. Answers how many passed. */
export async function runRounds(
  rounds: readonly Round[],
  { limitMs, say, keep, now = Date.now }: RoundsOptions,
): Promise<number> {
  const begin = now();
  const seconds = (since: number): string => `${((now() - since) / 1000).toFixed(1)} s`;
  let passed = 0;
  for (const { name, run } of rounds) {
    const started = now();
    if (started - begin > limitMs) {
      say(`${name}: not run, the limit of ${limitMs / 60_000} minutes is reached`);
      continue;
    }
    try {
      const detail = await run();
      passed += 1;
      say(`${name}: passed in ${seconds(started)}, ${detail}`);
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error));
      const kept = await keep(name, reason);
      say(`${name}: FAILED after ${seconds(started)}: ${reason.message.trim()}\n  its logs: ${kept}`);
    }
  }
  return passed;
}
