import { z } from "zod";

const event = z.looseObject({ event: z.string(), at: z.number(), text: z.string().optional() });

/** What a rollout told with `JSON=1`, a JSON object a line. Other lines are the engine's. */
export function eventsOf(stdout: string): readonly z.infer<typeof event>[] {
  return stdout.split("\n").flatMap((line) => {
    if (!line.startsWith("{")) return [];
    const result = event.safeParse(JSON.parse(line));
    return result.success ? [result.data] : [];
  });
}

/** Seconds of one rollout. */
export interface Times {
  /** From the first requests of the new colour to the decision that it is bad; undefined: there was none. */
  readonly detected: number | undefined;
  /** From that decision to the weights as they were. */
  readonly back: number | undefined;
}

/** As whoever looks every half second sees them. */
export function timesOf(stdout: string): Times {
  const events = eventsOf(stdout);
  const weights = events.filter((each) => each.event === "weights").map(({ at }) => at);
  const decided = events.find((each) => each.text?.startsWith("is taken back") === true)?.at;
  const [moved, returned] = [weights[0], weights.at(-1)];
  const between = (from: number | undefined, to: number | undefined): number | undefined =>
    from === undefined || to === undefined ? undefined : to - from;
  return {
    detected: between(moved, decided),
    back: weights.length > 1 ? between(decided, returned) : undefined,
  };
}
