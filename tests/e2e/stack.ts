import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import type { Output } from "../../doorways/output.ts";
import { pulumiOutput } from "../../doorways/pulumi.ts";
import { runDir, stateDir } from "../../local/paths.ts";
import { membersOf } from "../../local/parts/host/cgroup.ts";
import { identify } from "../../local/parts/host/process-identity.ts";
import { scope } from "../../local/parts/host/scope.ts";
import { teardown } from "../../local/parts/host/teardown.ts";
import { holderPath } from "../../local/region/settings.ts";
import { readHolder } from "../../local/region/takeover.ts";
import { checkout, made } from "./doorway.ts";

export const minute = 60_000;

/** `git status --porcelain` of the checkout. */
export const gitStatus = (): string =>
  execFileSync("git", ["status", "--porcelain"], { cwd: checkout, encoding: "utf8" });

/**
 * For beforeAll: the tests own the machine's one stack. A person's is never taken down for them: one that runs is refused,
 * and the state of one that a reboot or a kill ended is set aside until `takeDown`.
 */
export async function ownStack(): Promise<void> {
  if (isLiving()) {
    throw new Error(`a stack is up on this machine (${stateDir()}): run "make down" before the tests`);
  }
  owned = true;
  // With a state set aside already, this one is what interrupted tests left.
  if (existsSync(stateDir()) && !existsSync(aside())) await rename(stateDir(), aside());
  await rm(stateDir(), { recursive: true, force: true });
  expect(await teardown({ stateDir: stateDir(), runDir: runDir(), scope: scope() })).toEqual([]);
  await rm(runDir(), { recursive: true, force: true });
  await rm(holderPath(true), { force: true });
}

/** For afterAll: what a failed test left up is taken down, and what was set aside comes back. */
export async function takeDown(): Promise<void> {
  if (!owned) return;
  owned = false;
  if (existsSync(stateDir()) || existsSync(runDir())) await made("down");
  if (existsSync(aside())) await rename(aside(), stateDir());
}

/** Jest runs afterAll after a beforeAll that refused: what it refused is not to be taken down. */
let owned = false;

const aside = (): string => `${stateDir()}.set-aside-by-tests`;

function isLiving(): boolean {
  const holder = readHolder(holderPath(true));
  return (holder !== undefined && identify(holder.pid) !== undefined) || membersOf(scope().mark).length > 0;
}

export async function readOutput(): Promise<Output> {
  return JSON.parse((await made("output")).stdout) as Output;
}

/** A stack's outputs with secrets in clear: for assertions, not for printing. */
export async function stackOutputs(stack: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await pulumiOutput(["stack", "output", "--json", "--show-secrets", "--stack", stack]);
  return JSON.parse(text) as Record<string, unknown>;
}
