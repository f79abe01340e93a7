import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { eventually } from "./eventually.ts";
import { makeSiteFolder } from "./site-folder.ts";

/**
 * One of the programs as a child process, on free loopback ports unless told otherwise; from its source, or as the image
 * in a folder has it.
 */
export function spawnProgram(
  program: "server" | "worker",
  env: Readonly<Record<string, string>> = {},
  imageFolder?: string,
) {
  const site = makeSiteFolder();
  const file =
    imageFolder === undefined
      ? join(import.meta.dirname, "..", `${program}.ts`)
      : join(imageFolder, `${program}.js`);
  const child = spawn(process.execPath, [file], {
    env: {
      PORT: "0",
      METRICS_PORT: "0",
      LISTEN_ADDRESS: "127.0.0.1",
      // In the image the pages lie beside the program.
      ...(imageFolder === undefined ? { WEB_ROOT: site.root } : {}),
      PUBLIC_PROTOCOL: "http",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: Record<string, unknown>[] = [];
  createInterface(child.stdout).on("line", (line) => lines.push(JSON.parse(line) as Record<string, unknown>));
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const closed = once(child, "close") as Promise<[code: number | null, signal: NodeJS.Signals | null]>;

  return {
    lines,
    /** What it wrote to stderr so far. */
    errors: () => errors,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    logged: (message: string) =>
      eventually(`log line "${message}"`, () => lines.find((line) => line["message"] === message)),
    /** Exit code and signal. */
    exit: () => closed,
    /** For afterEach: ends it if it still runs, and removes its folder. */
    async dispose(): Promise<void> {
      child.kill("SIGKILL");
      await closed;
      site.remove();
    },
  };
}

export type ServerProcess = ReturnType<typeof spawnProgram>;
