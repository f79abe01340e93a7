import type { EngineResult } from "./harness.ts";

/** A secret that a test plants: no run of four of its characters is a word of ours. */
export const PLANTED = "Qz7f3a9cXw";

/** Fails when what a person could read of a command shows a run of the planted secret. */
export function expectNothingPlanted({ stdout, stderr, diagnostics }: EngineResult, planted = PLANTED): void {
  const shown = `${stdout}\n${stderr}\n${JSON.stringify(diagnostics)}`.toLowerCase();
  for (let at = 0; at + 4 <= planted.length; at += 1) {
    expect(shown).not.toContain(planted.slice(at, at + 4).toLowerCase());
  }
}
