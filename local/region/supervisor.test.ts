import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identify } from "../parts/host/process-identity.ts";
import { until } from "../parts/host/until.ts";
import { HELD } from "./settings.ts";
import { SERVING, supervise } from "./supervisor.ts";
import type { SupervisorState } from "./supervisor-state.ts";

let folder: string;
let program: string;
let stop: AbortController;
let told: Omit<SupervisorState, "pid">[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "twinstack-supervisor-"));
  program = join(folder, "region.mjs");
  writeFileSync(join(folder, "mark"), "");
  stop = new AbortController();
  told = [];
});
afterEach(() => {
  stop.abort();
  rmSync(folder, { recursive: true, force: true });
});

/** A region's program: writes its pid a line each time it runs, says that it answers, and does `then`. */
function start(then: string, serving = true, died: () => unknown = () => undefined): Promise<number> {
  const said = serving ? `process.send(${JSON.stringify(SERVING)}, next)` : "next()";
  writeFileSync(
    program,
    `import { appendFileSync, rmSync } from "node:fs";
     const next = () => { appendFileSync(${JSON.stringify(join(folder, "pids"))}, process.pid + "\\n"); ${then} };
     ${said};`,
  );
  return supervise({
    ...{ program, mark: join(folder, "mark"), stop: stop.signal, firstPauseMs: 1 },
    serves: () => undefined,
    died: (state) => {
      told.push(state);
      died();
    },
  });
}
const STAY = "setInterval(() => undefined, 1000); process.on('SIGTERM', () => process.exit(0));";

function pids(): readonly number[] {
  try {
    return readFileSync(join(folder, "pids"), "utf8").trim().split("\n").map(Number);
  } catch {
    // None has run yet.
    return [];
  }
}
const runs = (count: number): Promise<void> => until(`run ${count}`, 60_000, () => pids().length === count);

it("starts a region again that was killed, and ends with one that ends in order", async () => {
  const ended = start(STAY);
  await runs(1);
  const [first = 0] = pids();
  process.kill(first, "SIGKILL");
  await runs(2);
  const [, second = 0] = pids();
  expect(identify(first)).toBeUndefined();
  expect(told).toEqual([
    { restarts: 1, lastExit: "SIGKILL", endedAt: expect.any(Number), nextTry: expect.any(Number) },
  ]);
  process.kill(second, "SIGTERM");
  expect(await ended).toBe(0);
  expect(pids()).toEqual([first, second]);
});

it("ends its region when it is told to, and starts no other", async () => {
  const ended = start(STAY);
  await runs(1);
  stop.abort();
  expect(await ended).toBe(0);
  expect([pids().length, told]).toEqual([1, []]);
});

it("is told to end while its region cannot end in order yet", async () => {
  const ended = start("setInterval(() => undefined, 1000)");
  await runs(1);
  stop.abort();
  expect(await ended).toBe(0);
  expect([pids().length, told]).toEqual([1, []]);
});

it("waits twice as long after each crash of a loop, and stops waiting when it is told to", async () => {
  // Told in the fifth pause, so that no sixth region is under way.
  expect(await start("process.exit(3)", true, () => told.length === 5 && stop.abort())).toBe(3);
  const pauses = told.map(({ endedAt = 0, nextTry = 0 }) => nextTry - endedAt);
  expect(pauses).toEqual([1, 2, 4, 8, 16]);
  expect(told.at(-1)).toMatchObject({ restarts: told.length, lastExit: "code 3" });
});

it.each([
  ["that never answered", "process.exit(1)", false, 1],
  ["that was killed before it answered", "process.kill(process.pid, 'SIGKILL')", false, 137],
  ["that found the machine held by another", `process.exit(${HELD})`, true, HELD],
  ["that was shut down", "process.exit(0)", true, 0],
  ["whose state was removed meanwhile", "rmSync('mark'); process.exit(1)", true, 1],
  ["whose checkout was removed meanwhile", "rmSync('region.mjs'); process.exit(1)", true, 1],
])("does not start a region again %s", async (_which, then, serving, code) => {
  const here = then.replace(/'(mark|region\.mjs)'/, (_all, name: string) =>
    JSON.stringify(join(folder, name)),
  );
  expect(await start(here, serving)).toBe(code);
  expect([pids().length, told]).toEqual([1, []]);
});
