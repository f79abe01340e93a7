import { existsSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describeProcess } from "../local/parts/host/process-state.ts";
import { backendDir, pulumiOutput } from "./pulumi.ts";
import { detail } from "./say.ts";
import { UserError } from "./user-error.ts";

interface Lock {
  readonly pid: number;
  readonly timestamp: string;
}

/** True when that pid is a pulumi process: a pid given away again after a reboot is not the lock's holder. */
function runsPulumi(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "pulumi";
  } catch {
    // No such process.
    return false;
  }
}

/**
 * The file backend's lock stays when the CLI is killed. It is cancelled only when its process is gone; rejects
 * when it is alive, naming it.
 */
export async function cancelStaleLock(stack: string): Promise<void> {
  const folder = join(backendDir(), "stacks/.pulumi/locks/organization/twinstack", stack);
  if (!existsSync(folder)) return;
  for (const file of await readdir(folder)) {
    const lock = JSON.parse(await readFile(join(folder, file), "utf8")) as Lock;
    if (runsPulumi(lock.pid)) {
      throw new UserError(
        `the stack ${stack} is being changed since ${lock.timestamp} (${describeProcess(lock.pid)}): wait for it, or end it, and try again`,
      );
    }
    detail(`the stack ${stack} was locked by process ${lock.pid}, which is gone: cancelling its lock`);
    await pulumiOutput(["cancel", stack, "--yes"]);
    return;
  }
}
