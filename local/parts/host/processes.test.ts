import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { createProcesses, logPath } from "./processes.ts";
import { ProcessRecords } from "./process-record.ts";
import { identify, isAlive, readProc } from "./process-identity.ts";
import { createSandbox } from "./testing/sandbox.ts";
import { tracesOf } from "./testing/observe.ts";
import { until } from "./until.ts";
import type { SupervisedProcesses } from "./processes.ts";
import type { ProcessSpec, ProcessState } from "../machine.ts";
import type { Sandbox } from "./testing/sandbox.ts";

const SLEEP: ProcessSpec = { name: "box/sleep", host: undefined, command: "sleep", args: ["1000"] };

describe("processes", () => {
  let sandbox: Sandbox;
  let processes: SupervisedProcesses;
  const open = (): SupervisedProcesses =>
    createProcesses({
      ...sandbox,
      namespacePath: (host) => {
        throw new Error(`there is no host ${host}`);
      },
    });
  const only = (): ProcessState => {
    const [state] = processes.list();
    if (!state) throw new Error("no process");
    return state;
  };
  const comm = (pid: number): string => (readProc(`/proc/${pid}/comm`) ?? "").trim();

  beforeEach(() => {
    sandbox = createSandbox();
    processes = open();
  });

  afterEach(async () => {
    processes.close();
    await sandbox.clear();
    expect(tracesOf(sandbox)).toEqual([]);
  });

  it("starts a process under its own pid, in its cgroup, with none of our environment", async () => {
    process.env["TWINSTACK_TEST_SECRET"] = "hunter2";
    try {
      await processes.ensure({ ...SLEEP, env: { COLOUR: "blue" }, user: { uid: 65534, gid: 65534 } });
    } finally {
      delete process.env["TWINSTACK_TEST_SECRET"];
    }
    const { pid } = only();
    await until("the program", 30_000, () => comm(pid) === "sleep");
    const environ = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").filter(Boolean).sort();
    expect(environ.filter((line) => !line.startsWith("PWD="))).toEqual([
      "COLOUR=blue",
      "HOME=/root",
      "LANG=C.UTF-8",
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      `TWINSTACK_MARK=${sandbox.scope.mark}`,
    ]);
    expect(readFileSync(`/proc/${pid}/status`, "utf8")).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m);
    expect(readFileSync(`/proc/${pid}/cgroup`, "utf8")).toContain(`/${sandbox.scope.mark}/_machine/sleep`);
  });

  it("leaves a process alone that runs as asked, and restarts one whose spec changed", async () => {
    await processes.ensure(SLEEP);
    const { pid } = only();
    await processes.ensure({ ...SLEEP });
    expect(only().pid).toBe(pid);
    await processes.ensure({ ...SLEEP, args: ["2000"] });
    expect(only().pid).not.toBe(pid);
    expect(identify(pid)).toBeUndefined();
    expect(only().restarts).toBe(0);
  });

  it("restarts a process that was killed", async () => {
    await processes.ensure(SLEEP);
    const { pid } = only();
    process.kill(pid, "SIGKILL");
    await until("the restart", 30_000, () => only().running && only().pid !== pid);
    expect(only().restarts).toBe(1);
  });

  it("leaves one dead that is not to be restarted, until it is asked for again", async () => {
    const other = { ...SLEEP, name: "box/other" };
    await processes.ensure({ ...SLEEP, restart: "never" });
    await processes.ensure(other);
    const pids = processes.list().map(({ pid }) => pid);
    for (const pid of pids) process.kill(pid, "SIGKILL");
    // The other's restart shows that the supervisor has looked since.
    await until("the other's restart", 30_000, () => {
      const restarted = processes.list()[1];
      return restarted?.running === true && restarted.pid !== pids[1];
    });
    expect(processes.list()[0]).toMatchObject({ pid: pids[0], running: false, restarts: 0 });
    await processes.ensure({ ...SLEEP, restart: "never" });
    expect(processes.running(SLEEP.name)).toBe(true);
  });

  it("adopts what runs, and restarts it though it is not its child", async () => {
    await processes.ensure(SLEEP);
    const { pid } = only();
    processes.close();
    processes = open();
    expect(only()).toEqual({ name: SLEEP.name, pid, running: true, restarts: 0 });
    await processes.ensure(SLEEP);
    expect(only().pid).toBe(pid);
    process.kill(pid, "SIGKILL");
    await until("the restart", 30_000, () => only().running && only().pid !== pid);
  });

  it("finds a process whose start was cut off before its pid was recorded", async () => {
    await processes.ensure(SLEEP);
    const { pid } = only();
    await until("the program", 30_000, () => comm(pid) === "sleep");
    processes.close();
    new ProcessRecords(sandbox.runDir).save({ spec: SLEEP, identity: undefined });
    processes = open();
    expect(only()).toEqual({ name: SLEEP.name, pid, running: true, restarts: 0 });
  });

  it("never takes a reused pid for its own", async () => {
    const stranger = identify(process.pid);
    if (!stranger) throw new Error("this test has no pid");
    new ProcessRecords(sandbox.runDir).save({ spec: SLEEP, identity: { ...stranger, startTime: "1" } });
    processes.close();
    processes = open();
    expect(processes.running(SLEEP.name)).toBe(false);
    await processes.stop(SLEEP.name);
    expect(isAlive(stranger)).toBe(true);
  });

  it("forgets what ran before a reboot", async () => {
    const before = identify(process.pid);
    if (!before) throw new Error("this test has no pid");
    new ProcessRecords(sandbox.runDir).save({ spec: SLEEP, identity: { ...before, boot: "another" } });
    processes.close();
    processes = open();
    expect(processes.list()).toEqual([]);
  });

  it("shows a crash loop, slowed down, with its output in the log", async () => {
    await processes.ensure({ ...SLEEP, command: "sh", args: ["-c", "echo no disk >&2; exit 3"] });
    await until("three restarts", 30_000, () => only().restarts >= 3);
    const lines = readFileSync(logPath(sandbox.stateDir, SLEEP.name), "utf8").trim().split("\n");
    expect(new Set(lines)).toEqual(new Set(["no disk"]));
    // 100, 200 and 400 ms lie between the first four starts.
    expect(lines.length).toBeLessThanOrEqual(5);
  });

  it("says why a process cannot be started, and goes on trying", async () => {
    await expect(processes.ensure({ ...SLEEP, host: "gone" })).rejects.toThrow("there is no host gone");
    await until("a retry", 30_000, () => only().failure === "there is no host gone");
    expect(only().running).toBe(false);
  });

  it("stops one that ignores SIGTERM, and forgets it", async () => {
    const ready = join(sandbox.stateDir, "ready");
    await processes.ensure({
      ...SLEEP,
      command: "sh",
      args: ["-c", `trap "" TERM; echo > ${ready}; exec sleep 1000`],
    });
    const { pid } = only();
    await until("the trap", 30_000, () => existsSync(ready));
    await processes.stop(SLEEP.name, 100);
    await processes.stop(SLEEP.name);
    expect(identify(pid)).toBeUndefined();
    expect(processes.list()).toEqual([]);
    expect(readdirSync(join(sandbox.runDir, "processes"))).toEqual([]);
  });

  it("keeps environments, which may hold secrets, from other users", async () => {
    await processes.ensure({ ...SLEEP, env: { PASSWORD: "hunter2" } });
    const folder = join(sandbox.runDir, "processes");
    const [record = ""] = readdirSync(folder);
    expect(readFileSync(join(folder, record), "utf8")).toContain("hunter2");
    expect(statSync(join(folder, record)).mode & 0o777).toBe(0o600);
  });
});
