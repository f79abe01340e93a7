import { rm } from "node:fs/promises";
import { identify, isAlive } from "../local/parts/host/process-identity.ts";
import { until } from "../local/parts/host/until.ts";
import { runDir, stateDir } from "../local/paths.ts";
import { callRegion } from "../local/region/client.ts";
import { RegionError } from "../local/region/region-error.ts";
import { describeRemains, remains } from "../local/region/remains.ts";
import { removeWithoutRegion } from "../local/region/remove.ts";
import { settings } from "../local/region/settings.ts";
import { ensureRegion } from "../local/region/start.ts";
import { endSupervisor, readSupervisorState, supervisorEnded } from "../local/region/supervisor-state.ts";
import { readHolder } from "../local/region/takeover.ts";
import { installTools } from "../local/toolchain/install.ts";
import { administrator, endPods } from "./end-pods.ts";
import { detail, step } from "./say.ts";
import { existingStacks, operate, stacksInOrder } from "./stack.ts";
import { UserError } from "./user-error.ts";

const ENDED_WITHIN_MS = 10_000;

/**
 * Dependents first. The first that fails ends it: what the next stack has is in use then.
 * A refusal of the API server is the release's or the cluster's; the platform needs AWS's API alone.
 */
async function destroyStacks(): Promise<void> {
  const existing = await existingStacks();
  for (const stack of stacksInOrder.toReversed()) {
    if (!existing.includes(stack)) continue;
    step(`destroy ${stack}`);
    await operate("destroy", stack);
  }
}

/** Where the cluster does not answer, the pods end in their own time. */
async function endPodsOfCluster(): Promise<void> {
  const kubectl = administrator();
  if (kubectl === undefined) return;
  step("end the pods");
  await endPods(kubectl).catch((error: unknown) => {
    detail(`they end in their own time: ${(error as Error).message}`);
  });
}

/** Whether a region answers, or one of this checkout lives that will, or that hangs. */
async function regionLives(): Promise<boolean> {
  try {
    await callRegion("status", {});
    return true;
  } catch (error) {
    if (!(error instanceof RegionError)) throw error;
    if (error.code === "RegionSilent") return true;
    if (!["RegionNotRunning", "RegionDied"].includes(error.code)) throw error;
    const { holderPath, owner } = settings();
    const holder = readHolder(holderPath);
    return holder?.owner === owner && identify(holder.pid) !== undefined;
  }
}

/**
 * Takes everything away. With a region its stacks are destroyed first; without one (a reboot ended it, or a crash)
 * nothing is started, and Pulumi's state goes with the state folder.
 */
export async function down(): Promise<void> {
  if (!(await regionLives())) {
    // One that waits to start the region once more would do so in the middle of this.
    await endSupervisor();
    const found = remains(settings());
    if (found === undefined) {
      step("nothing is up");
      return;
    }
    step(describeRemains(found));
    step("remove hosts, processes and files, without starting anything");
    await removeWithoutRegion(settings(), detail);
    step("down");
    return;
  }
  await installTools(detail);
  step("region");
  // One that was stopped or hangs is no reason to leave everything there.
  await ensureRegion({ parts: true, supervised: true, replaceSilent: true });
  await endPodsOfCluster();
  try {
    await destroyStacks();
  } catch (error) {
    // Whatever the stacks' state is worth, "down" ends with nothing of ours on the machine.
    if (!(error instanceof UserError)) throw error;
    step(`${error.message}: removing the parts without it`);
  }
  step("remove hosts, processes and files");
  const supervisor = readSupervisorState();
  const region = identify((await callRegion("status", {})).pid);
  await callRegion("shutdown", {}, { progress: detail });
  await supervisorEnded(supervisor);
  // A part that it gave up waiting for may write until the region has ended.
  await until("the region to end", ENDED_WITHIN_MS, () => region === undefined || !isAlive(region));
  await rm(stateDir(), { recursive: true, force: true });
  await rm(runDir(), { recursive: true, force: true });
  step("down");
}
