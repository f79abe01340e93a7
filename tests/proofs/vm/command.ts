import { spawn } from "node:child_process";
import { once } from "node:events";
import { unlessGone } from "../../../local/parts/host/process-identity.ts";

/**
 * Runs a program of the host to its end. Its output is kept for the error alone. A Ctrl-C reaches this process, not the
 * program: `signal` ends it and all that it started. Rejects with the end of what it printed.
 */
export async function command(program: string, args: readonly string[], signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const child = spawn(program, args, { detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const stop = (): void => {
    // Its whole process group, of which some may live on when the program itself has ended. mmdebstrap clears up then.
    if (child.pid !== undefined) unlessGone(() => process.kill(-(child.pid ?? 0), "SIGTERM"));
  };
  signal.addEventListener("abort", stop);
  let output = "";
  const keep = (text: string): string => (output = (output + text).slice(-4_000));
  child.stdout.setEncoding("utf8").on("data", keep);
  child.stderr.setEncoding("utf8").on("data", keep);
  try {
    const [code, by] = (await once(child, "close")) as [number | null, string | null];
    signal.throwIfAborted();
    if (code !== 0) throw new Error(`${program} ended with ${by ?? String(code)}: ${output.trim()}`);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
