import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess, SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "./eventually.ts";

interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

let systemUser: Owner | undefined;

/** PostgreSQL refuses to run as root: then it runs as the system user that Debian's package makes. */
export function serverUser(): Owner {
  if (process.getuid?.() !== 0) return {};
  systemUser ??= {
    uid: Number(execFileSync("id", ["-u", "postgres"], { encoding: "utf8" })),
    gid: Number(execFileSync("id", ["-g", "postgres"], { encoding: "utf8" })),
  };
  return systemUser;
}

/** A folder of its own for a server, which that server may write; `remove` takes it away. */
export function makeServerFolder(name: string): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `twinstack-${name}-`));
  const { uid, gid } = serverUser();
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/**
 * Starts a server that does not outlive the test: the kernel ends it when this process ends, however that happens.
 * PostgreSQL takes SIGQUIT for an immediate shutdown, Redis any signal.
 */
export function spawnServer(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const { uid, gid } = serverUser();
  const identity = uid === undefined ? [] : ["--reuid", `${uid}`, "--regid", `${gid}`, "--clear-groups"];
  const child = spawn("setpriv", [...identity, "--pdeathsig", "QUIT", "--", program, ...args], options);
  child.unref();
  return child;
}

/** Runs a program to its end; rejects with what it wrote when it fails. */
export async function runAsServer(
  program: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<void> {
  const child = spawn(program, args, { ...options, ...serverUser(), stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} left with ${code}:\n${output}`);
}

/**
 * Ends a process of ours, and waits until it is gone. SIGKILL takes along what it has started, as the loss of a machine
 * does: PostgreSQL's backends may else serve on for a moment.
 */
export async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const gone = once(child, "exit");
  if (signal === "SIGKILL" && child.pid !== undefined) await killChildren(child.pid);
  child.kill(signal);
  await gone;
}

/** Of a process that is about to be killed: stopped, it starts no others, and the numbers of its dead stay theirs. */
async function killChildren(pid: number): Promise<void> {
  process.kill(pid, "SIGSTOP");
  await eventually(`process ${pid} to stop`, () => stateOf(pid) === "T" || undefined);
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  const children = text === "" ? [] : text.split(" ").map(Number);
  for (const each of children) process.kill(each, "SIGKILL");
  await eventually(
    `the processes of ${pid} to end`,
    () => children.every((each) => stateOf(each) === "Z") || undefined,
  );
}

/** Letter of proc(5): T stopped, Z ended and not yet asked for by its parent. */
const stateOf = (pid: number): string | undefined =>
  /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];
