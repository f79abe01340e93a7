import { sameWeights } from "../colours.ts";
import type { HeldRecord } from "../held-record.ts";
import { RolloutEnded } from "../outcome.ts";
import { addressesOf, type PodState } from "../pods.ts";
import type { Current } from "../record.ts";
import type { Target, Weights } from "../traffic.ts";
import { breach } from "./analysis.ts";
import { ForeignWeights, TakeBack } from "./reasons.ts";
import { tally, type Sample, type Tally } from "./tally.ts";
import type { GuardWorld } from "./world.ts";

/** Between two looks. */
const LOOK_MS = 2_000;
/** How long no pod of the new colour may tell its metrics while everything else can be read. */
const SILENT_MS = 30_000;

/** What there is after a look; the watch ends when the caller says so. Time in which nothing could be read is not watched. */
export interface Watched {
  readonly seconds: number;
  readonly requests: number;
  readonly current: Current;
}

interface Look {
  readonly rule: Weights;
  readonly targets: readonly Target[];
  readonly pods: readonly PodState[];
  readonly now: Samples;
}

interface Samples {
  readonly to: Sample;
  readonly from: Sample;
}

/**
 * Watches the new colour until `isOver`. While the API server or the load balancer's API does not answer, the weights stay and no
 * time counts.
 *
 * @throws TakeBack, ForeignWeights, or RolloutEnded when another guard goes on.
 */
export async function watch(
  world: GuardWorld,
  held: Pick<HeldRecord, "current" | "change">,
  isOver: (watched: Watched) => boolean,
): Promise<void> {
  let start: Samples | undefined;
  let watchedMs = 0;
  let silentMs = 0;
  let at = world.now();
  for (;;) {
    await world.pause(LOOK_MS);
    const sinceMs = world.now() - at;
    at += sinceMs;
    const look = await answered(world, () => lookAt(world, held.current));
    if (look === undefined) continue;
    const written = held.current.weights;
    if (written !== null && !sameWeights(look.rule, written)) throw new ForeignWeights(look.rule, written);
    start ??= look.now;
    watchedMs += sinceMs;
    silentMs = look.now.to.size > 0 ? 0 : silentMs + sinceMs;
    const { to, limits } = held.current;
    if (silentMs > SILENT_MS)
      throw new TakeBack(`no pod of ${to} told its metrics for ${SILENT_MS / 1000} s`);
    const requests = tally(start.to, look.now.to);
    const reason = breach(
      { ...look, requests },
      baselineOf(held.current, tally(start.from, look.now.from)),
      limits,
    );
    if (reason !== undefined) throw new TakeBack(reason);
    const current = await answered(world, () => held.change({ seen: sentence(to, requests) }));
    if (current === undefined) continue;
    if (current.wanted === "rolledBack") throw new TakeBack(current.why ?? "taken back by make rollback");
    if (isOver({ seconds: watchedMs / 1000, requests: requests.requests, current })) return;
  }
}

/** Undefined while the answer does not come. What somebody else decided is no missing answer. */
async function answered<T>({ log }: GuardWorld, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof RolloutEnded) throw error;
    log("error", `nothing is watched for now: ${(error as Error).message}`);
    return undefined;
  }
}

async function lookAt({ traffic, pods, metrics }: GuardWorld, { from, to }: Current): Promise<Look> {
  const [rule, targets, news, olds] = await Promise.all([
    traffic.weights(),
    traffic.targets(to),
    pods.list("api", to),
    pods.list("api", from),
  ]);
  const [toSample, fromSample] = await Promise.all([news, olds].map((list) => metrics(addressesOf(list))));
  return { rule, targets, pods: news, now: { to: toSample ?? new Map(), from: fromSample ?? new Map() } };
}

/** The other colour in the same time where it has enough requests, else as it was before the shift. */
function baselineOf(
  { before, restarts, usualMilliseconds, limits }: Current,
  other: Tally,
): {
  readonly pods: number;
  readonly restarts: Readonly<Record<string, number>>;
  readonly milliseconds: number | undefined;
} {
  const side = other.requests >= limits.minSamples ? other.milliseconds : undefined;
  return { pods: before?.replicas ?? 1, restarts, milliseconds: side ?? usualMilliseconds ?? undefined };
}

function sentence(colour: string, { requests, failed, milliseconds }: Tally): string {
  const speed = milliseconds === undefined ? "" : `, 95 % within ${milliseconds.toFixed(0)} ms`;
  return `${requests} requests of ${colour}, ${failed} with 5xx${speed}`;
}
