import { existsSync } from "node:fs";
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir, runDir, stateDir } from "../local/paths.ts";
import { writeFileAtomic } from "../local/parts/host/atomic-file.ts";
import { runCommand } from "../local/toolchain/command.ts";
import { allFollow, failOver } from "../tests/proofs/loops/database.ts";
import { runRounds } from "../tests/proofs/loops/rounds.ts";
import { checkout } from "./checkout.ts";
import { UserError } from "./user-error.ts";
import type { Round } from "../tests/proofs/loops/rounds.ts";

const ROUNDS = 20;
const LIMIT_MS = 4 * 3600_000;
/** The first `make up` of a machine builds the tools. */
const MAKE_MS = 40 * 60_000;

/** `ROUNDS`, a make variable: how often each is done; default 20. */
function wantedRounds(): number {
  const text = process.env["ROUNDS"] ?? "";
  if (text === "") return ROUNDS;
  if (!/^[1-9]\d{0,2}$/.test(text))
    throw new UserError(
      `ROUNDS: "${text}" is not a number of rounds; write 1 to 999, or leave it out for ${ROUNDS}`,
    );
  return Number(text);
}

const make = (doorway: string): Promise<string> =>
  runCommand("make", ["--no-print-directory", doorway], {
    name: `make ${doorway}`,
    cwd: checkout,
    timeoutMs: MAKE_MS,
    graceMs: 60_000,
    foreground: true,
  });

const isUp = (): boolean => existsSync(stateDir()) || existsSync(runDir());

async function down(): Promise<void> {
  await make("down");
  const left = [stateDir(), runDir()].filter(existsSync);
  if (left.length > 0) throw new Error(`make down left ${left.join(" and ")}`);
}

async function upAndDown(): Promise<string> {
  // What a round that failed left up, with its logs.
  if (isUp()) await down();
  await make("up");
  const detail = await allFollow();
  await down();
  return detail;
}

/** Failovers of one platform, which is brought up for the first of them and anew after one that failed. */
function failovers(): () => Promise<string> {
  let number = 0;
  return async () => {
    if (number === 0) {
      if (isUp()) await down();
      await make("up");
    }
    const next = number + 1;
    number = 0;
    const detail = await failOver(next);
    number = next;
    return detail;
  };
}

/** The logs of all parts, and the round's own words. */
async function keepLogs(folder: string, name: string, error: Error): Promise<string> {
  const kept = join(folder, name.replaceAll(/[^a-z0-9]+/g, "-"));
  await mkdir(kept, { recursive: true });
  writeFileAtomic(join(kept, "failure.txt"), `${error.stack ?? error.message}\n`);
  const logs = join(stateDir(), "log");
  if (existsSync(logs)) await cp(logs, join(kept, "log"), { recursive: true });
  return kept;
}

/**
 * Twenty times `make up` and `make down`, each with replicas that follow, and twenty failovers in which the standby is promoted.
 * The exit code is 1 when one of them failed; its logs are kept in the cache folder.
 */
export async function proveLoops(): Promise<void> {
  const rounds = wantedRounds();
  if (isUp()) throw new UserError(`a platform is up on this machine (${stateDir()}): run "make down" first`);
  const folder = join(cacheDir(), "proofs", `loops-${new Date().toISOString().replaceAll(":", "-")}`);
  const repeated = (name: string, run: () => Promise<string>): readonly Round[] =>
    Array.from({ length: rounds }, (_, index) => ({ name: `${name} ${index + 1} of ${rounds}`, run }));
  const all = [...repeated("up and down", upAndDown), ...repeated("failover", failovers())];
  const passed = await runRounds(all, {
    limitMs: LIMIT_MS,
    say: (line) => process.stdout.write(`${line}\n`),
    keep: (name, error) => keepLogs(folder, name, error),
  });
  if (isUp()) await make("down");
  process.stdout.write(`${passed} of ${all.length} passed\n`);
  if (passed < all.length) process.exitCode = 1;
}
