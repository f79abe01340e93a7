import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, linkSync, rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { once } from "node:events";
import { join } from "node:path";
import { writeFileAtomic } from "../local/parts/host/atomic-file.ts";
import { stateDir } from "../local/paths.ts";
import { toolPath } from "../local/toolchain/tool.ts";
import { checkout, nodeDir, pluginsDir } from "./checkout.ts";
import { Interrupted, UserError } from "./user-error.ts";

/** Pulumi's own folder for this machine's stacks; the user's Pulumi login is never touched. */
export const backendDir = (): string => join(stateDir(), "pulumi");

const passphraseFile = (): string => join(backendDir(), "passphrase");

/** Makes the file backend and the passphrase that encrypts its secrets; what is there is kept. */
export async function ensureBackend(): Promise<void> {
  await mkdir(join(backendDir(), "home"), { recursive: true, mode: 0o700 });
  await mkdir(join(backendDir(), "stacks"), { recursive: true, mode: 0o700 });
  await mkdir(join(backendDir(), "tmp"), { recursive: true, mode: 0o700 });
  if (!existsSync(passphraseFile())) {
    makePassphrase();
  }
}

/** Whole or not at all, since an empty one would be taken for the passphrase; and never over one that is there. */
function makePassphrase(): void {
  const made = `${passphraseFile()}.${process.pid}.new`;
  writeFileAtomic(made, randomBytes(32).toString("base64url"), { durable: true });
  try {
    linkSync(made, passphraseFile());
  } finally {
    rmSync(made);
  }
}

/** The environment of the CLI for `local`: our backend, the stand-in plugins, no way out to a vendor's site. */
export function pulumiEnvironment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PATH: [pluginsDir, nodeDir, process.env["PATH"] ?? "/usr/bin:/bin"].join(":"),
    TWINSTACK_LANGUAGE_HOST: toolPath("pulumi-language-nodejs"),
    PULUMI_HOME: join(backendDir(), "home"),
    // Without the sidecar files of metadata, which hold nothing we need: they are not written at one stroke as the
    // checkpoint is, and a CLI killed in between leaves an empty one, with which no later command reads the checkpoint.
    PULUMI_BACKEND_URL: `file://${join(backendDir(), "stacks")}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile(),
    // The language host leaves its pipes' folder behind: where `make down` removes it.
    TMPDIR: join(backendDir(), "tmp"),
    // The CLI holds the whole state and lives for seconds: fewer collections are worth some 70 MiB while it runs.
    GOGC: process.env["GOGC"] ?? "400",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_SUPPRESS_NEO_LINK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the CLI to its end in `cwd` (default the checkout). `show` lets a person see it work; otherwise the output is answered.
 * `env` is added to the CLI's environment.
 * A Ctrl-C reaches the CLI through the terminal; this process waits for it to end in order.
 */
export async function pulumi(
  args: readonly string[],
  options: { readonly cwd?: string; readonly show?: boolean; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Result> {
  const child = spawn(toolPath("pulumi"), ["--non-interactive", ...args], {
    cwd: options.cwd ?? checkout,
    env: { ...pulumiEnvironment(), ...options.env },
    // What the CLI prints while it works goes to stderr: stdout belongs to the doorway's answer.
    stdio: [
      "ignore",
      options.show === true ? process.stderr : "pipe",
      options.show === true ? "inherit" : "pipe",
    ],
  });
  const interruption = new AbortController();
  const wait = (): void => interruption.abort();
  process.on("SIGINT", wait);
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const [code] = (await once(child, "close")) as [number | null];
  process.off("SIGINT", wait);
  if (interruption.signal.aborted)
    throw new Interrupted("interrupted; the same command again goes on from here");
  return { code: code ?? 1, stdout, stderr };
}

/** As `pulumi`, answering stdout; rejects with the CLI's own words when it fails. */
export async function pulumiOutput(args: readonly string[], cwd?: string): Promise<string> {
  const result = await pulumi(args, cwd === undefined ? {} : { cwd });
  if (result.code !== 0)
    throw new UserError(`pulumi ${args.join(" ")} failed:\n${result.stderr || result.stdout}`);
  return result.stdout;
}
