import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import type { Output } from "../../doorways/output.ts";
import { runDir, stateDir } from "../../local/paths.ts";
import { checkout, made } from "./doorway.ts";

export const minute = 60_000;

/** `git status --porcelain` of the checkout. */
export const gitStatus = (): string =>
  execFileSync("git", ["status", "--porcelain"], { cwd: checkout, encoding: "utf8" });

/** The tests own the machine's one stack: a person's is never taken down for them. */
export function refuseRunningStack(): void {
  if (existsSync(stateDir()) || existsSync(runDir())) {
    throw new Error(`a stack is up on this machine (${stateDir()}): run "make down" before the tests`);
  }
}

/** For afterAll: what a failed test left up is taken down. */
export async function takeDown(): Promise<void> {
  if (existsSync(stateDir()) || existsSync(runDir())) await made("down");
}

export async function readOutput(): Promise<Output> {
  return JSON.parse((await made("output")).stdout) as Output;
}

/** Of what the CLI printed at the end of its updates: "+ 12 created", "~ 1 updated" and so on; empty when nothing changed. */
export const changes = (text: string): readonly string[] =>
  text.match(/[+~-]+\s?\d+ (created|updated|replaced|deleted)/g) ?? [];
