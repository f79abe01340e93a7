import { isWhole } from "./analysis.ts";
import { idle, moveWorker, takeBack } from "./colours.ts";
import type { Ended } from "./held-record.ts";
import type { Current } from "./record.ts";
import type { World } from "./world.ts";

/**
 * Puts right what a rollout left in the middle: one colour has everything afterwards, the other has no pods. The load balancer's
 * rule says how far it came, not the record.
 *
 * @throws RolloutEnded (undecided) when neither colour is whole.
 */
export async function settle(world: World, left: Current, why = "its driver went away"): Promise<Ended> {
  const { from, to, before, phase } = left;
  const weights = await world.traffic.weights();
  if (weights[to] === 0) {
    await moveWorker(world, from);
    await idle(world, to, before);
    // Written in the middle of a shift that never came about, or taken back already.
    return { outcome: "failedBeforeTraffic", reason: why };
  }
  const served = phase === "retire" && weights[to] === 100 && left.wanted === "promoted";
  if (served && isWhole(await world.traffic.targets(to), before?.replicas ?? 1)) {
    await moveWorker(world, to);
    await idle(world, from, before);
    return { outcome: "promoted", reason: `${why} when ${to} had been watched; the rest was finished` };
  }
  await takeBack(world, left, why);
  return { outcome: "rolledBack", reason: why };
}
