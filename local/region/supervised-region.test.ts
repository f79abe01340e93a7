import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identify } from "../parts/host/process-identity.ts";
import { until } from "../parts/host/until.ts";
import { callRegion } from "./client.ts";
import { ensureRegion } from "./start.ts";
import { describeSupervisor, readSupervisorState, supervisorEnded } from "./supervisor-state.ts";

// The real daemon with parts off.
jest.setTimeout(180_000);

const before = { ...process.env };
const folder = mkdtempSync(join(tmpdir(), "twinstack-supervised-"));
const runDir = join(folder, "run");

beforeAll(() => {
  Object.assign(process.env, { TWINSTACK_STATE: join(folder, "state"), TWINSTACK_RUN: runDir });
});
afterAll(() => {
  const supervisor = readSupervisorState();
  if (supervisor !== undefined) process.kill(supervisor.pid, "SIGTERM");
  process.env = before;
  rmSync(folder, { recursive: true, force: true });
});

const running = async (): Promise<number | undefined> =>
  callRegion("status", {}).then(
    ({ pid }) => pid,
    () => undefined,
  );

it("comes back without a command when it is killed, says so, and a shutdown ends it with its supervisor", async () => {
  expect(describeSupervisor()).toMatch(/^none: /);
  const { pid } = await ensureRegion({ parts: false, supervised: true });
  const supervisor = readSupervisorState();
  expect(describeSupervisor()).toBe(`process ${supervisor?.pid}, no restart`);
  process.kill(pid, "SIGKILL");
  await until("another region", 90_000, async () => ![undefined, pid].includes(await running()));
  expect(describeSupervisor(Number.MAX_SAFE_INTEGER)).toMatch(
    new RegExp(`^process ${supervisor?.pid}, 1 restart, the last after SIGKILL at 2\\d{3}-[^ ]+Z$`),
  );
  const next = (await ensureRegion({ parts: false, supervised: true })).pid;
  expect(next).toBe(await running());
  await callRegion("shutdown", {});
  await supervisorEnded(supervisor);
  await until("the region to end", 30_000, () => identify(next) === undefined);
  expect([existsSync(runDir), readSupervisorState()]).toEqual([false, undefined]);
});
