import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { runDir, stateDir } from "../local/paths.ts";
import { callRegion } from "../local/region/client.ts";
import { ensureRegion } from "../local/region/start.ts";
import { readSupervisorState, supervisorEnded } from "../local/region/supervisor-state.ts";
import { installTools } from "../local/toolchain/install.ts";
import { detail, step } from "./say.ts";
import { colours, existingStacks, operate, platformStack, releaseStack } from "./stack.ts";
import { UserError } from "./user-error.ts";

/** Releases first: a colour reads the platform's outputs and runs on its cluster. */
const order = [...colours.map(releaseStack), platformStack];

async function destroyStacks(): Promise<void> {
  const existing = await existingStacks();
  for (const stack of order) {
    if (!existing.includes(stack)) continue;
    step(`destroy ${stack}`);
    await operate("destroy", stack);
  }
}

export async function down(): Promise<void> {
  if (!existsSync(stateDir()) && !existsSync(runDir())) {
    step("nothing is up");
    return;
  }
  await installTools(detail);
  step("region");
  // One that was stopped or hangs is no reason to leave everything there.
  await ensureRegion({ parts: true, supervised: true, replaceSilent: true });
  try {
    await destroyStacks();
  } catch (error) {
    // Whatever the stacks' state is worth, "down" ends with nothing of ours on the machine.
    if (!(error instanceof UserError)) throw error;
    step(`${error.message}: removing the parts without it`);
  }
  step("remove hosts, processes and files");
  const supervisor = readSupervisorState();
  await callRegion("shutdown", {}, { progress: detail });
  await supervisorEnded(supervisor);
  await rm(stateDir(), { recursive: true, force: true });
  await rm(runDir(), { recursive: true, force: true });
  step("down");
}
