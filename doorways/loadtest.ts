import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { runCommand } from "../local/toolchain/command.ts";
import { installTools } from "../local/toolchain/install.ts";
import { toolPath } from "../local/toolchain/tool.ts";
import { checkout } from "./checkout.ts";
import { breaches, regressions, rows, summarySchema, table, type Summary } from "./loadtest-summary.ts";
import { readOutput } from "./output.ts";
import { detail, step } from "./say.ts";
import { platformStack } from "./stack.ts";
import { Interrupted, UserError } from "./user-error.ts";

/** A file each in loadtests/. */
const PROFILES = ["smoke", "load", "stress", "spike", "soak", "breakpoint"] as const;

/** k6's exit code when a threshold did not hold. */
const BREACHED = 99;

interface Target {
  readonly url: string;
  /** Chooses the thresholds. */
  readonly environment: string;
}

/**
 * `make loadtest PROFILE=load [ENV=staging | URL=…] [RATE=…] [DURATION=…] [BASELINE=<summary>] [OUT=<folder>]`. Runs k6, prints a table,
 * and writes the summary and k6's report into OUT, loadtests/out by default. Fails on a threshold that did not hold, and on a regression.
 */
export async function loadtest(): Promise<void> {
  const profile = profileOf(process.env["PROFILE"]);
  const baseline = await baselineOf(process.env["BASELINE"]);
  const target = await targetOf();
  await installTools(detail);
  const folder = resolve(checkout, process.env["OUT"] ?? "loadtests/out");
  await mkdir(folder, { recursive: true });
  const summaryFile = join(folder, `${profile}.json`);
  const reportFile = join(folder, `${profile}.html`);
  step(`${profile} against ${target.url}`);
  const code = await k6(profile, target, summaryFile, reportFile);
  if (code !== 0 && code !== BREACHED)
    throw new UserError(`k6 ended with ${code}; its own words stand above`);

  const summary = await readSummary(summaryFile);
  process.stdout.write(`\n${table(rows(summary))}\n`);
  step(
    `summary ${summaryFile}${existsSync(reportFile) ? `, report ${reportFile}` : " (too short for a report)"}`,
  );
  const wrong = [
    ...breaches(summary).map((each) => `threshold ${each}`),
    ...(baseline ? regressions(summary, baseline).map((each) => `slower than the baseline: ${each}`) : []),
  ];
  if (wrong.length > 0) throw new UserError(`${profile} does not hold:\n  ${wrong.join("\n  ")}`);
}

function profileOf(wanted: string | undefined): (typeof PROFILES)[number] {
  const found = PROFILES.find((profile) => profile === wanted);
  if (found) return found;
  throw new UserError(`PROFILE is ${JSON.stringify(wanted ?? "")}: write one of ${PROFILES.join(", ")}`);
}

async function baselineOf(path: string | undefined): Promise<Summary | undefined> {
  if (path === undefined) return undefined;
  if (!existsSync(path)) throw new UserError(`BASELINE is ${JSON.stringify(path)}: there is no such file`);
  return readSummary(path);
}

async function readSummary(path: string): Promise<Summary> {
  const result = summarySchema.safeParse(parsed(await readFile(path, "utf8")));
  if (result.success) return result.data;
  throw new UserError(`${path} is no summary of a load test: write a file that "make loadtest" wrote`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function targetOf(): Promise<Target> {
  const { URL: url, ENV: environment = platformStack } = process.env;
  if (url !== undefined) {
    if (!/^https?:\/\/[^/]/.test(url)) {
      throw new UserError(
        `URL is ${JSON.stringify(url)}: write the page's address, such as https://staging.example.com`,
      );
    }
    return { url, environment: "url" };
  }
  if (environment === platformStack) return { url: (await readOutput()).url, environment };
  const args = ["stack", "output", "url", "--stack", environment];
  const printed = await runCommand("pulumi", args, { cwd: checkout, foreground: true });
  return { url: printed.trim(), environment };
}

async function k6(profile: string, target: Target, summaryFile: string, reportFile: string): Promise<number> {
  const child = spawn(
    toolPath("k6"),
    ["run", "--no-usage-report", join(checkout, `loadtests/${profile}.ts`)],
    {
      cwd: checkout,
      // k6's own progress is for people.
      stdio: ["ignore", process.stderr, "inherit"],
      env: {
        ...process.env,
        TARGET_URL: target.url,
        TARGET_ENVIRONMENT: target.environment,
        SUMMARY_FILE: summaryFile,
        K6_WEB_DASHBOARD: "true",
        // The report alone: its server would listen on loopback.
        K6_WEB_DASHBOARD_PORT: "-1",
        K6_WEB_DASHBOARD_EXPORT: reportFile,
      },
    },
  );
  const interruption = new AbortController();
  const wait = (): void => interruption.abort();
  process.on("SIGINT", wait);
  const [code] = (await once(child, "close")) as [number | null];
  process.off("SIGINT", wait);
  if (interruption.signal.aborted) throw new Interrupted("interrupted");
  return code ?? 1;
}
