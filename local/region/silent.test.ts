import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identify } from "../parts/host/process-identity.ts";
import { isStopped } from "../parts/host/process-state.ts";
import { until } from "../parts/host/until.ts";
import { callRegion } from "./client.ts";
import { endSilent } from "./start.ts";

/** A region that knows its status and nothing else: it starts at once. */
const region = (owner: string): string => `
  import { serve } from ${JSON.stringify(join(import.meta.dirname, "server.ts"))};
  import { takeOver } from ${JSON.stringify(join(import.meta.dirname, "takeover.ts"))};
  import { settings } from ${JSON.stringify(join(import.meta.dirname, "settings.ts"))};
  const { lock, holderPath, stateDir, runDir, socket } = settings();
  await takeOver(lock, holderPath, { pid: process.pid, owner: ${JSON.stringify(owner)}, stateDir, runDir });
  await serve(socket, { status: async () => ({ pid: process.pid }) });`;

const before = { ...process.env };
let folder: string;
let child: ChildProcess;
let pid: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "twinstack-silent-"));
  Object.assign(process.env, {
    TWINSTACK_STATE: join(folder, "state"),
    TWINSTACK_RUN: join(folder, "run"),
    TWINSTACK_PARTS: "off",
  });
});
afterEach(() => {
  child.kill("SIGKILL");
  process.env = { ...before };
  rmSync(folder, { recursive: true, force: true });
});

async function stoppedRegion(owner: string): Promise<unknown> {
  child = spawn(process.execPath, ["--input-type=module", "-e", region(owner)], {
    stdio: "inherit",
    // Not by default: of jest's own process it would be the machine's.
    env: process.env,
  });
  pid = child.pid ?? 0;
  await until("the region to answer", 60_000, () =>
    callRegion("status", {}).then(
      () => true,
      () => false,
    ),
  );
  child.kill("SIGSTOP");
  await until("the region to be stopped", 10_000, () => isStopped(pid));
  return callRegion("status", {}, { silenceMs: 200 }).catch((error: unknown) => error);
}
const HERE = join(import.meta.dirname, "../..");

it("is named with what to type, and goes on when it is let", async () => {
  expect(await stoppedRegion(HERE)).toMatchObject({
    name: "RegionError",
    code: "RegionSilent",
    message:
      `the region of ${HERE} (process ${pid}, stopped: "kill -CONT ${pid}" lets it go on) does not answer status: ` +
      `"make down" in ${HERE} ends it and takes everything away`,
  });
  const shutdown = callRegion("shutdown", {}, { silenceMs: 200 });
  await expect(shutdown).rejects.toMatchObject({ code: "RegionSilent" });
  child.kill("SIGCONT");
  expect((await callRegion("status", {})).pid).toBe(pid);
});

it("is ended only by a command that says so", async () => {
  const silent = await stoppedRegion(HERE);
  await expect(endSilent(silent, { parts: false })).rejects.toBe(silent);
  expect(isStopped(pid)).toBe(true);
  await endSilent(silent, { parts: false, replaceSilent: true });
  expect(identify(pid)).toBeUndefined();
});

it("of another checkout is left alone, as is one that was refused for another reason", async () => {
  const silent = await stoppedRegion("/there");
  await expect(endSilent(silent, { parts: false, replaceSilent: true })).rejects.toBe(silent);
  const other = new Error("other");
  await expect(endSilent(other, { parts: false, replaceSilent: true })).rejects.toBe(other);
  expect(isStopped(pid)).toBe(true);
});
