import type { Phase } from "./phases.ts";
import type { Weights } from "./traffic.ts";

/** What a rollout tells while it works. */
export type Event =
  | { readonly event: "phase"; readonly phase: Phase; readonly detail: string }
  | { readonly event: "weights"; readonly weights: Weights }
  | { readonly event: "note"; readonly text: string }
  | {
      readonly event: "end";
      readonly outcome: string;
      readonly reason: string;
      /** Since the rollout began. */
      readonly seconds: number;
    };

export type Tell = (event: Event) => void;

/** Seconds since the rollout began, for each event. */
type Clock = () => number;

/** A line an event, as a person reads it. */
export function plain(write: (line: string) => void, elapsed: Clock): Tell {
  return (event) => {
    const time = `[${elapsed().toFixed(1).padStart(6)} s]`;
    const text = {
      phase: (each: Event & { event: "phase" }) => `${each.phase.padEnd(8)} ${each.detail}`,
      weights: (each: Event & { event: "weights" }) =>
        `weights  blue ${each.weights.blue} green ${each.weights.green}`,
      note: (each: Event & { event: "note" }) => `         ${each.text}`,
      end: (each: Event & { event: "end" }) => `${each.outcome}: ${each.reason}`,
    };
    write(`${time} ${(text[event.event] as (each: Event) => string)(event)}\n`);
  };
}

/** A JSON object a line, for programs. */
export function jsonLines(write: (line: string) => void, elapsed: Clock): Tell {
  return (event) => write(`${JSON.stringify({ ...event, at: Number(elapsed().toFixed(3)) })}\n`);
}
