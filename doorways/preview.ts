import { prepareMachine } from "./prepare.ts";
import { clusterStack, operate, platformStack, prepareStack, stackExists } from "./stack.ts";

export async function preview(): Promise<void> {
  await prepareMachine();
  await prepareStack(platformStack);
  await operate("preview", platformStack, "--diff");
  // Before the platform's first update there are no outputs that its program could read.
  if (!stackExists(clusterStack)) return;
  await prepareStack(clusterStack);
  await operate("preview", clusterStack, "--diff");
}
