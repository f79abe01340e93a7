import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isStopped } from "../local/parts/host/process-state.ts";
import { until } from "../local/parts/host/until.ts";
import { cancelStaleLock } from "./stack-lock.ts";

const folder = mkdtempSync(join(tmpdir(), "twinstack-stack-lock-"));
const before = process.env["TWINSTACK_STATE"];
let cli: ChildProcess;

beforeAll(async () => {
  process.env["TWINSTACK_STATE"] = folder;
  // Known by its name.
  mkdirSync(join(folder, "bin"));
  copyFileSync("/bin/sleep", join(folder, "bin/pulumi"));
  cli = spawn(join(folder, "bin/pulumi"), ["60"], { stdio: "ignore" });
  await once(cli, "spawn");
  const locks = join(folder, "pulumi/stacks/.pulumi/locks/organization/twinstack/local");
  mkdirSync(locks, { recursive: true });
  writeFileSync(join(locks, "1.json"), JSON.stringify({ pid: cli.pid, timestamp: "2026-01-01T00:00:00Z" }));
});
afterAll(() => {
  cli.kill("SIGKILL");
  if (before === undefined) Reflect.deleteProperty(process.env, "TWINSTACK_STATE");
  else process.env["TWINSTACK_STATE"] = before;
  rmSync(folder, { recursive: true });
});

it("names who changes the stack, and how one goes on that is stopped", async () => {
  const begin = `the stack local is being changed since 2026-01-01T00:00:00Z (process ${cli.pid}, `;
  await expect(cancelStaleLock("local")).rejects.toThrow(
    `${begin}asleep): wait for it, or end it, and try again`,
  );
  cli.kill("SIGSTOP");
  await until("the CLI to be stopped", 10_000, () => isStopped(cli.pid ?? 0));
  await expect(cancelStaleLock("local")).rejects.toThrow(
    `${begin}stopped: "kill -CONT ${cli.pid}" lets it go on): wait for it, or end it, and try again`,
  );
});
