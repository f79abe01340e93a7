import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export const checkout = join(import.meta.dirname, "../..");

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `make <name>` as a user would and answers what it printed. */
export async function make(name: string, ...variables: readonly string[]): Promise<Ran> {
  const child = spawn("make", ["--no-print-directory", name, ...variables], {
    cwd: checkout,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const [code] = (await once(child, "close")) as [number | null];
  return { code: code ?? 1, stdout, stderr };
}

/** As `make`, failing the test with everything printed when the doorway fails. */
export async function made(name: string, ...variables: readonly string[]): Promise<Ran> {
  const ran = await make(name, ...variables);
  if (ran.code !== 0) throw new Error(`make ${name} ended with ${ran.code}\n${ran.stdout}\n${ran.stderr}`);
  return ran;
}
