import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { toolPath } from "../../../local/toolchain/tool.ts";

/** Before and after the work: both releases are seen in steady state. */
const STEADY_MS = 5_000;

export interface Load {
  readonly url: string;
  /** Requests a second. */
  readonly rate: number;
  readonly keepAlive: boolean;
  /** Of the two releases, as their responses name them. */
  readonly digests: readonly [string, string];
}

/** Runs k6 while `work` runs. Answers the summary that k6 wrote, and the seconds that the work took. */
export async function underLoad(
  { url, rate, keepAlive, digests }: Load,
  work: () => Promise<unknown>,
): Promise<{ readonly summary: unknown; readonly seconds: number }> {
  const folder = await mkdtemp(join(tmpdir(), "twinstack-switching-"));
  const file = join(folder, "summary.json");
  const script = join(import.meta.dirname, "requests.ts");
  const k6 = spawn(toolPath("k6"), ["run", "--quiet", "--no-usage-report", script], {
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      ...process.env,
      TARGET_URL: url,
      RATE: String(rate),
      KEEP_ALIVE: keepAlive ? "on" : "off",
      DIGESTS: digests.join(","),
      SUMMARY_FILE: file,
    },
  });
  let words = "";
  k6.stderr.setEncoding("utf8").on("data", (text: string) => (words = `${words}${text}`.slice(-2_000)));
  const closed = once(k6, "close");
  try {
    await Promise.race([delay(STEADY_MS), closed]);
    if (k6.exitCode !== null) throw new Error(`k6 ended with ${k6.exitCode}: ${words}`);
    const began = performance.now();
    await work();
    const seconds = (performance.now() - began) / 1000;
    await delay(STEADY_MS);
    k6.kill("SIGINT");
    await closed;
    return { summary: JSON.parse(await readFile(file, "utf8")), seconds };
  } finally {
    k6.kill("SIGINT");
    await closed;
    await rm(folder, { recursive: true, force: true });
  }
}
