import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createMachine } from "../host/machine.ts";
import { identify, isAlive } from "../host/process-identity.ts";
import { createSandbox } from "../host/testing/sandbox.ts";
import { until } from "../host/until.ts";
import { endingWithin } from "./bounded-end.ts";
import type { LocalMachine } from "../host/machine.ts";
import type { ProcessIdentity } from "../host/process-identity.ts";
import type { Sandbox } from "../host/testing/sandbox.ts";

const DEADLINE_MS = 30_000;

describe("a program with a bounded end", () => {
  let sandbox: Sandbox;
  let machine: LocalMachine;
  beforeEach(async () => {
    sandbox = createSandbox();
    machine = await createMachine(sandbox);
  });
  afterEach(async () => {
    machine.close();
    await sandbox.clear();
  });

  /** Starts Perl with this handling of SIGTERM; answers the supervised process and Perl itself. */
  async function start(onTerm: string): Promise<readonly [ProcessIdentity, ProcessIdentity]> {
    const file = join(machine.dataDir("program"), "pid");
    const script = `$SIG{TERM} = ${onTerm}; open(F, ">", "${file}.new"); print F $$; close F;
      rename("${file}.new", "${file}"); sleep 1 while 1`;
    const name = "box/program";
    const bounded = endingWithin(0.2, "perl", ["-e", script]);
    await machine.processes.ensure({ name, host: undefined, ...bounded, restart: "never" });
    await until("the program", DEADLINE_MS, () => existsSync(file));
    const pids = [machine.processes.list()[0]?.pid, Number(readFileSync(file, "utf8"))];
    const [supervised, program] = pids.map((pid) => identify(pid ?? 0));
    if (!supervised || !program) throw new Error("it has ended");
    expect(program.pid).not.toBe(supervised.pid);
    return [supervised, program];
  }
  const gone = (...identities: readonly ProcessIdentity[]): Promise<void> =>
    until("the end", DEADLINE_MS, () => !identities.some(isAlive));

  it("ends though it ignores SIGTERM", async () => {
    const both = await start('"IGNORE"');
    process.kill(both[0].pid, "SIGTERM");
    await gone(...both);
  });

  it("ends in order when it does not", async () => {
    const ended = join(machine.dataDir("program"), "ended");
    const both = await start(`sub { open(F, ">", "${ended}"); close F; exit 0 }`);
    process.kill(both[0].pid, "SIGTERM");
    await gone(...both);
    expect(existsSync(ended)).toBe(true);
  });

  it("dies with the supervised process", async () => {
    const both = await start('"IGNORE"');
    process.kill(both[0].pid, "SIGKILL");
    await gone(...both);
  });
});
