/** What the guard writes into its log. */
export type Log = (level: "info" | "error", message: string) => void;

const QUIET_MS = 60_000;

/** The same words are written once a minute: what lasts is tried again every second. */
export function withoutRepeats(log: Log, now: () => number): Log {
  const told = new Map<string, number>();
  return (level, message) => {
    for (const [words, at] of told) if (now() - at >= QUIET_MS) told.delete(words);
    if (told.has(message)) return;
    told.set(message, now());
    log(level, message);
  };
}
