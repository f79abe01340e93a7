import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lastLines } from "./log-tail.ts";
import { serving } from "./serving.ts";
import { DeadlineError } from "./until.ts";
import type { ProcessState } from "../machine.ts";

/** A process that has been restarted once more at every look. */
function crashing(each: number, words = ""): Parameters<typeof serving>[0] {
  let restarts = 7;
  const list = (): readonly ProcessState[] => {
    const state = { name: "pb-1/pgbouncer", pid: 1, running: true, restarts };
    restarts += each;
    return [{ ...state, name: "other", restarts: 99 }, state];
  };
  return { list, lastWords: (name) => (name === "pb-1/pgbouncer" ? words : "another's") };
}

it("tells the last words of a process that ends again and again, and does not wait for it", async () => {
  let looks = 0;
  const looked = serving(crashing(1, "FATAL no space left on device"), "pb-1/pgbouncer", 60_000, async () => {
    looks += 1;
    return false;
  });
  await expect(looked).rejects.toThrow("pb-1/pgbouncer ends again and again: FATAL no space left on device");
  expect(looks).toBe(3);
});

it("does not count the restarts of before", async () => {
  let looks = 0;
  await serving(crashing(0), "pb-1/pgbouncer", 60_000, async () => (looks += 1) === 5);
  expect(looks).toBe(5);
});

it("tells at once why it is refused, and after its deadline what it waited for", async () => {
  const refused = new Error("password authentication failed");
  await expect(serving(crashing(0), "pb-1/pgbouncer", 60_000, () => Promise.reject(refused))).rejects.toBe(
    refused,
  );
  await expect(serving(crashing(0), "pb-1/pgbouncer", 30, async () => false)).rejects.toThrow(
    new DeadlineError("pb-1/pgbouncer to serve", 30),
  );
});

describe("lastLines", () => {
  const folder = mkdtempSync(join(tmpdir(), "log-"));
  const path = join(folder, "x.log");
  afterAll(() => rmSync(folder, { recursive: true }));

  it("reads what was written since, and the end of what is long", () => {
    expect(lastLines(path)).toEqual([]);
    writeFileSync(path, "old FATAL\nnew one\n\n  two  \n");
    expect(lastLines(path)).toEqual(["old FATAL", "new one", "two"]);
    expect(lastLines(path, 10)).toEqual(["new one", "two"]);
    // Set aside at the start: the file is another one.
    expect(lastLines(path, 10_000)).toEqual(["old FATAL", "new one", "two"]);
    writeFileSync(path, `first\n${"x".repeat(100_000)}\nlast\n`);
    const lines = lastLines(path);
    expect([lines.length, lines.at(-1), lines.includes("first")]).toEqual([2, "last", false]);
  });
});
