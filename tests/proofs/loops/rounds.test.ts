import { runRounds } from "./rounds.ts";
import type { Round } from "./rounds.ts";

/** Runs rounds that take ten seconds each of a clock of its own. */
async function run(
  outcomes: readonly (string | Error)[],
  limitMs: number,
): Promise<{ passed: number; lines: readonly string[]; kept: readonly string[] }> {
  const [lines, kept]: [string[], string[]] = [[], []];
  let clock = 0;
  const rounds = outcomes.map((outcome, index): Round => ({
    name: `round ${index + 1}`,
    run: async () => {
      clock += 10_000;
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
  }));
  const passed = await runRounds(rounds, {
    limitMs,
    say: (line) => lines.push(line),
    keep: async (name, error) => {
      kept.push(`${name} ${error.message}`);
      return "/kept";
    },
    now: () => clock,
  });
  return { passed, lines, kept };
}

it("goes on after a round that failed, counts it not, and keeps its logs", async () => {
  expect(await run(["2 replicas", new Error("no page"), "2 replicas"], 60_000)).toEqual({
    passed: 2,
    lines: [
      "round 1: passed in 10.0 s, 2 replicas",
      "round 2: FAILED after 10.0 s: no page\n  its logs: /kept",
      "round 3: passed in 10.0 s, 2 replicas",
    ],
    kept: ["round 2 no page"],
  });
});

it("begins no round after its limit, and takes none that was not run for passed", async () => {
  expect(await run(["one", "two", "three"], 15_000)).toEqual({
    passed: 2,
    lines: [
      "round 1: passed in 10.0 s, one",
      "round 2: passed in 10.0 s, two",
      "round 3: not run, the limit of 0.25 minutes is reached",
    ],
    kept: [],
  });
});
