import { spawn } from "node:child_process";
import { once } from "node:events";
import { runDir } from "../../local/paths.ts";
import { callRegion } from "../../local/region/client.ts";
import { readSupervisorState } from "../../local/region/supervisor-state.ts";
import { checkout, type Ran } from "./doorway.ts";
import { descendants } from "./process-tree.ts";
import { until } from "./until.ts";

/** Who is struck: everything by Ctrl-C as a terminal sends it, or one process by kill -9. A struck region comes back; "region for good" is struck with its supervisor. */
export type Victim =
  "Ctrl-C" | "CLI" | "driver" | "aws plugin" | "kubernetes plugin" | "region" | "region for good";

const commandOf: Readonly<Partial<Record<Victim, RegExp>>> = {
  CLI: /\/pulumi --non-interactive /,
  driver: /doorways\/main\.ts rollout/,
  "aws plugin": /local\/aws\/main\.ts/,
  "kubernetes plugin": /local\/kubernetes\/main\.ts/,
};

const victimDeadlineMs = 20_000;

/** By kill -9: nobody starts the region again after that. */
export function killSupervisor(): void {
  const state = readSupervisorState();
  if (state === undefined) throw new Error("the region has no supervisor");
  process.kill(state.pid, "SIGKILL");
}

async function strike(victim: Victim, makePid: number): Promise<void> {
  if (victim === "Ctrl-C") {
    // A terminal sends SIGINT to the whole foreground process group.
    process.kill(-makePid, "SIGINT");
    return;
  }
  if (victim === "region" || victim === "region for good") {
    const { pid } = await callRegion("status", {});
    if (victim === "region for good") killSupervisor();
    process.kill(pid, "SIGKILL");
    return;
  }
  const pattern = commandOf[victim];
  // The image is built while the CLI starts: it may come a moment later.
  const pid = await until(
    `a ${victim} below process ${makePid} (${runDir()})`,
    () =>
      Promise.resolve(
        descendants(makePid).find(({ commandLine }) => pattern?.test(commandLine) === true)?.pid,
      ),
    victimDeadlineMs,
  );
  process.kill(pid, "SIGKILL");
}

/**
 * Runs `make <name>` (with variables, where it is a list) in a checkout and strikes the victim as soon as its output matches `when`; answers how it ended.
 * Rejects when it ends before.
 */
export async function interrupted(
  name: string | readonly string[],
  when: RegExp,
  victim: Victim,
  cwd: string = checkout,
): Promise<Ran> {
  const child = spawn("make", ["--no-print-directory", ...[name].flat()], {
    cwd,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const pid = child.pid ?? 0;
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  const struck = new Promise<void>((resolve, reject) => {
    let done = false;
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      if (done || !when.test(stderr)) return;
      done = true;
      strike(victim, pid).then(resolve, reject);
    });
    child.once("close", () =>
      reject(new Error(`make ${String(name)} ended before ${String(when)}\n${stdout}\n${stderr}`)),
    );
  });
  const closed = once(child, "close") as Promise<[number | null]>;
  await struck;
  const [code] = await closed;
  return { code: code ?? 1, stdout, stderr };
}
