import type { Colour } from "../../infra/service/colour.ts";
import { addressesOf } from "../pods.ts";
import { tally, type Sample } from "./tally.ts";
import type { GuardWorld } from "./world.ts";

const BETWEEN_MS = 10_000;
/** Samples of ten minutes. */
const KEPT = 60;
/** With fewer requests nobody knows what is usual. */
const FEWEST = 50;

/** How fast the colour that serves was in the last ten minutes, while this guard has been leading. */
export class Usual {
  readonly #world: Pick<GuardWorld, "pods" | "traffic" | "metrics" | "now">;
  #colour: Colour | undefined;
  #samples: Sample[] = [];
  #at = Number.NEGATIVE_INFINITY;

  constructor(world: Pick<GuardWorld, "pods" | "traffic" | "metrics" | "now">) {
    this.#world = world;
  }

  /** Takes a sample where the last is old enough. */
  async look(): Promise<void> {
    const now = this.#world.now();
    if (now - this.#at < BETWEEN_MS) return;
    this.#at = now;
    const weights = await this.#world.traffic.weights();
    const colour = weights.blue === 100 ? "blue" : weights.green === 100 ? "green" : undefined;
    if (colour !== this.#colour) this.#samples = [];
    this.#colour = colour;
    if (colour === undefined) return;
    const addresses = addressesOf(await this.#world.pods.list("api", colour));
    this.#samples = [...this.#samples, await this.#world.metrics(addresses)].slice(-KEPT);
  }

  /** 95 % of the colour's requests took at most so many milliseconds; null: too few were seen. */
  of(colour: Colour): number | null {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (colour !== this.#colour || first === undefined || last === undefined) return null;
    const { requests, milliseconds } = tally(first, last);
    return requests >= FEWEST && milliseconds !== undefined ? milliseconds : null;
  }
}
