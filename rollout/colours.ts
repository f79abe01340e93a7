import type { Colour } from "../infra/service/colour.ts";
import { RolloutEnded } from "./outcome.ts";
import type { Current } from "./record.ts";
import type { Weights } from "./traffic.ts";
import { other, type Environment } from "./world.ts";

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
      'give one colour 100 first (docs/guides/releases.md, "Break-glass", says how)',
  );
}

/** The weights with so many percent for one colour. */
export function weightsWith(colour: Colour, percent: number): Weights {
  return { [colour]: percent, [other(colour)]: 100 - percent } as Record<Colour, number>;
}

export function sameWeights(one: Weights, another: Weights): boolean {
  return one.blue === another.blue && one.green === another.green;
}

/** The idle colour's pods end, and the autoscalers get their minimums back. Whatever is not there is left alone. */
export async function idle(
  { pods }: Pick<Environment, "pods">,
  colour: Colour,
  before: Current["before"],
): Promise<void> {
  for (const program of ["worker", "api"] as const) {
    const replicas = await pods.replicas(program, colour);
    if (replicas !== undefined && replicas > 0) await pods.scale(program, colour, 0);
  }
  await restoreMinimums({ pods }, before);
}

/** Each autoscaler gets the minimum back that it had before the rollout. */
export async function restoreMinimums(
  { pods }: Pick<Environment, "pods">,
  before: Current["before"],
): Promise<void> {
  for (const colour of ["blue", "green"] as const) {
    const minimum = before?.minimums[colour] ?? null;
    const now = await pods.minimum(colour);
    if (minimum !== null && now !== null && now !== minimum) await pods.setMinimum(colour, minimum);
  }
}

/** The colour that serves everything does the queue's jobs; the other does none. Who starts, starts first. */
export async function moveWorker({ pods }: Pick<Environment, "pods">, to: Colour): Promise<void> {
  if ((await pods.replicas("worker", to)) === 0) await pods.scale("worker", to, 1);
  const old = await pods.replicas("worker", other(to));
  if (old !== undefined && old > 0) await pods.scale("worker", other(to), 0);
}
