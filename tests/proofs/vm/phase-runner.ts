import { detail, step } from "../../../doorways/say.ts";
import { Interrupted } from "../../../doorways/user-error.ts";
import { places } from "./checkouts.ts";
import { duration, type PhaseResult } from "./report.ts";
import type { Outline } from "./plan.ts";
import type { Walk } from "./walk.ts";

/** How the phases went. */
export interface PhasesRan {
  readonly results: readonly PhaseResult[];
  /** Why the last of the results failed, or the interruption after it; undefined when all passed. */
  readonly failure: Error | undefined;
}

/**
 * Runs the phases one after the other, up to the first that fails. The guest's time is the real one at its clock's rate. A run
 * that takes too long is the failure of the phase it was in; one that is interrupted keeps what passed before.
 */
export async function runPhases(
  walk: Pick<Walk, "moveTo" | "run">,
  phases: readonly Outline[],
  rate: number,
  signal: AbortSignal,
): Promise<PhasesRan> {
  const results: PhaseResult[] = [];
  let place: Outline["place"] = "machine";
  for (const phase of phases) {
    const { name, what } = phase;
    step(`${name}: ${what}`);
    let began = performance.now();
    const ended = (passed: boolean, found: string): PhaseResult => {
      const realSeconds = (performance.now() - began) / 1000;
      return { name, what, passed, realSeconds, guestSeconds: realSeconds * rate, detail: found };
    };
    try {
      if (phase.place !== "machine" && phase.place !== place) {
        place = phase.place;
        detail(`clone into ${places[place].folder}`);
        await walk.moveTo(places[place]);
        // What a person does before the first command is not the command's time.
        began = performance.now();
      }
      const result = ended(true, await walk.run(phase));
      results.push(result);
      const { guestSeconds, realSeconds } = result;
      detail(`${result.detail} (${duration(guestSeconds)} of the guest, ${duration(realSeconds)} real)`);
    } catch (error) {
      if (signal.reason instanceof Interrupted) return { results, failure: signal.reason };
      const reason = (error as Error).message;
      results.push(ended(false, reason.split("\n")[0] ?? ""));
      return { results, failure: new Error(`${name}: ${reason}`, { cause: error }) };
    }
  }
  return { results, failure: undefined };
}
