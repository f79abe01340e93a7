import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createMachine } from "./machine.ts";
import { teardown } from "./teardown.ts";
import { createSandbox } from "./testing/sandbox.ts";
import { until } from "./until.ts";
import type { Sandbox } from "./testing/sandbox.ts";

/** Makes a segment that nobody is attached to, prints its id, and lives until it is killed. */
const MAKE = '$| = 1; print shmget(0, 4096, 0600), "\\n"; sleep 1000';

interface Line {
  readonly key: string;
  readonly id: string;
  readonly pid: string;
}

function segments(): readonly Line[] {
  const [, ...lines] = readFileSync("/proc/sysvipc/shm", "utf8").split("\n");
  return lines.filter(Boolean).map((line) => {
    const [key = "", id = "", , , pid = ""] = line.trim().split(/\s+/);
    return { key, id, pid };
  });
}
const ids = (): readonly string[] => segments().map(({ id }) => id);
const madeBy = (pid: number): Line | undefined => segments().find((each) => each.pid === String(pid));

describe("System V segments", () => {
  let sandbox: Sandbox;
  let others: string;
  beforeEach(async () => {
    sandbox = createSandbox();
    // Somebody else's, whose maker is dead: nothing but the maker tells it from ours.
    const maker = spawn("perl", ["-e", MAKE], { stdio: ["ignore", "pipe", "ignore"] });
    const [line] = (await once(maker.stdout, "data")) as [Buffer];
    others = line.toString().trim();
    maker.kill("SIGKILL");
    await once(maker, "exit");
  });
  afterEach(async () => {
    execFileSync("ipcrm", ["-m", others]);
    await sandbox.clear();
  });

  it("of a process of ours go with it; somebody else's stays", async () => {
    const machine = await createMachine(sandbox);
    const user = { uid: 65534, gid: 65534 };
    const spec = { name: "box/maker", host: undefined, command: "perl", args: ["-e", MAKE] };
    await machine.processes.ensure({ ...spec, user });
    const [{ pid } = { pid: 0 }] = machine.processes.list();
    await until("the segment", 30_000, () => madeBy(pid) !== undefined);
    const id = madeBy(pid)?.id;
    machine.close();
    expect(await teardown(sandbox)).toEqual([]);
    expect(ids()).not.toContain(id);
    expect(ids()).toContain(others);
  });

  /** A PostgreSQL server's lock file (miscadmin.h), with what the test's own words say. */
  function lockFile(pid: string, key: string, id: string): void {
    const folder = join(sandbox.stateDir, "postgres/nodes/db/data");
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, "postmaster.pid"),
      [pid, folder, "1764500000", "5432", folder, "*", ` ${key}     ${id}`, "ready", ""].join("\n"),
    );
  }

  it.each([
    ["another key", (line: Line) => lockFile(line.pid, `${Number(line.key) + 1}`, line.id)],
    ["another maker", (line: Line) => lockFile("1", line.key, line.id)],
    ["no line about it", (line: Line) => lockFile(line.pid, "", "")],
  ])("of a dead server stay when its lock file names %s", async (_what, write) => {
    const line = segments().find(({ id }) => id === others);
    if (!line) throw new Error("no segment");
    write(line);
    expect(await teardown(sandbox)).toEqual([]);
    expect(ids()).toContain(others);
  });

  it("of a server that died before go by its lock file", async () => {
    const maker = spawn("perl", ["-e", MAKE], { stdio: ["ignore", "pipe", "ignore"] });
    await once(maker.stdout, "data");
    const line = madeBy(maker.pid ?? 0);
    maker.kill("SIGKILL");
    await once(maker, "exit");
    if (!line) throw new Error("no segment");
    lockFile(line.pid, line.key, line.id);
    expect(await teardown(sandbox)).toEqual([]);
    expect(ids()).not.toContain(line.id);
    expect(ids()).toContain(others);
  });
});
