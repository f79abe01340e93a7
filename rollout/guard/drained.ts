import type { Colour } from "../../infra/service/colour.ts";
import { addressesOf } from "../pods.ts";
import { tally } from "./tally.ts";
import type { GuardWorld } from "./world.ts";

const LOOK_MS = 2_000;

/**
 * Resolves when a colour that has no weight answers nothing any more, after `maxSeconds` at the latest: who still asks then has
 * the pods' own time to end. Health checks do not count.
 */
export async function drained(world: GuardWorld, colour: Colour, maxSeconds: number): Promise<void> {
  const end = world.now() + maxSeconds * 1000;
  const sample = async () => world.metrics(addressesOf(await world.pods.list("api", colour)));
  let before = await sample();
  while (world.now() < end) {
    await world.pause(LOOK_MS);
    const now = await sample();
    if (tally(before, now).requests === 0) return;
    before = now;
  }
}
