import type { Colour } from "../infra/service/colour.ts";
import { breach, type Baseline } from "./analysis.ts";
import type { HeldRecord } from "./held-record.ts";
import { RolloutEnded } from "./outcome.ts";
import type { Probes, World } from "./world.ts";

/** Between two looks. */
const LOOK_MS = 2_000;
/** An API server that is started again is away for seconds; a colour nobody can see is taken back. */
const BLIND_MS = 30_000;

/**
 * Watches the new colour for so many seconds, and longer where too few requests were seen, at most twice as long. Answers why
 * the switch is to be taken back; undefined: it may go on.
 */
export async function watch(
  world: World,
  held: Pick<HeldRecord, "isUnwanted">,
  probes: Probes,
  baseline: Baseline,
  to: Colour,
  seconds: number,
): Promise<string | undefined> {
  const began = performance.now();
  let seenAt = began;
  for (;;) {
    await world.pause(LOOK_MS);
    if (await isUnwanted(held)) return "taken back by make rollback";
    const now = performance.now();
    const seen = await look(world, to);
    if (seen !== undefined) {
      seenAt = now;
      const reason = breach({ ...probes.counts, ...seen }, baseline, world.config);
      if (reason !== undefined) return reason;
    }
    if (now - seenAt > BLIND_MS) return `neither pods nor targets could be read for ${BLIND_MS / 1000} s`;
    const enough = probes.counts.sent >= world.config.minSamples;
    if (now - began >= seconds * 1000 && enough) return undefined;
    if (now - began >= 2 * seconds * 1000) {
      return `only ${probes.counts.sent} requests were seen, fewer than minSamples, which is ${world.config.minSamples}`;
    }
  }
}

/** Undefined while the API server or the load balancer's API does not answer. */
async function look(
  { pods, traffic }: World,
  to: Colour,
): Promise<
  | { targets: Awaited<ReturnType<typeof traffic.targets>>; pods: Awaited<ReturnType<typeof pods.list>> }
  | undefined
> {
  const [targets, list] = await Promise.allSettled([traffic.targets(to), pods.list("api", to)]);
  if (targets.status === "rejected" || list.status === "rejected") return undefined;
  return { targets: targets.value, pods: list.value };
}

async function isUnwanted(held: Pick<HeldRecord, "isUnwanted">): Promise<boolean> {
  try {
    return await held.isUnwanted();
  } catch (error) {
    // Somebody else holds the rollout: nothing more may be done. Anything else is an API server that is away.
    if (error instanceof RolloutEnded) throw error;
    return false;
  }
}
