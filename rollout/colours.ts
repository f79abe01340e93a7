import type { Colour } from "../infra/service/colour.ts";
import { isWhole } from "./analysis.ts";
import { RolloutEnded } from "./outcome.ts";
import type { Current } from "./record.ts";
import type { Weights } from "./traffic.ts";
import { other, type World } from "./world.ts";

/**
 * Which colour serves everything, and which is idle.
 *
 * @throws RolloutEnded (refused) when both serve, or neither.
 */
export function servingAndIdle(weights: Weights): { readonly from: Colour; readonly to: Colour } {
  if (weights.blue === 100 && weights.green === 0) return { from: "blue", to: "green" };
  if (weights.green === 100 && weights.blue === 0) return { from: "green", to: "blue" };
  throw new RolloutEnded(
    "refused",
    `the weights are blue ${weights.blue} green ${weights.green}: no colour is idle. Somebody moved them by hand; ` +
      'give one colour 100 first ("make rollback" does, where it knows the last rollout)',
  );
}

/** The idle colour's pods end, and the autoscalers get their minimums back. Whatever is not there is left alone. */
export async function idle({ pods }: World, colour: Colour, before: Current["before"]): Promise<void> {
  for (const program of ["worker", "api"] as const) {
    const replicas = await pods.replicas(program, colour);
    if (replicas !== undefined && replicas > 0) await pods.scale(program, colour, 0);
  }
  await restoreMinimums({ pods }, before);
}

export async function restoreMinimums(
  { pods }: Pick<World, "pods">,
  before: Current["before"],
): Promise<void> {
  for (const colour of ["blue", "green"] as const) {
    const minimum = before?.minimums[colour] ?? null;
    const now = await pods.minimum(colour);
    if (minimum !== null && now !== null && now !== minimum) await pods.setMinimum(colour, minimum);
  }
}

/** The colour that serves everything does the queue's jobs; the other does none. Who starts, starts first. */
export async function moveWorker({ pods }: World, to: Colour): Promise<void> {
  if ((await pods.replicas("worker", to)) === 0) await pods.scale("worker", to, 1);
  const old = await pods.replicas("worker", other(to));
  if (old !== undefined && old > 0) await pods.scale("worker", other(to), 0);
}

/**
 * All requests go back to the colour that served before. Onto a colour that is not whole nothing is moved.
 *
 * @throws RolloutEnded (undecided) when that colour lacks pods: the weights stay.
 */
export async function takeBack(world: World, { from, to, before }: Current, why: string): Promise<void> {
  const needed = before?.replicas ?? 1;
  const targets = await world.traffic.targets(from);
  if (!isWhole(targets, needed)) {
    const healthy = targets.filter(({ state }) => state === "healthy").length;
    throw new RolloutEnded(
      "undecided",
      `${why}. ${from} has ${healthy} of ${needed} healthy pods, so the weights stay as they are: mend ${from} and run ` +
        '"make rollback", or mend the new release and run "make rollout"',
    );
  }
  await world.traffic.setWeights({ [from]: 100, [to]: 0 } as Record<Colour, number>);
  await moveWorker(world, from);
  await idle(world, to, before);
}
