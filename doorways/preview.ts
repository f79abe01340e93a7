import { prepareMachine } from "./prepare.ts";
import { step } from "./say.ts";
import { clusterStack, operate, platformStack, preparedGuard, prepareStack, stackExists } from "./stack.ts";

export async function preview(): Promise<void> {
  await prepareMachine();
  await prepareStack(platformStack);
  await operate("preview", platformStack, "--diff");
  // Before the platform's first update there are no outputs that its program could read.
  if (!stackExists(clusterStack)) return;
  const guard = await preparedGuard();
  if (guard === undefined) {
    step(`${clusterStack} has no guard yet, and its preview needs the guard's image: "make up" builds it`);
    return;
  }
  await prepareStack(clusterStack, guard);
  await operate("preview", clusterStack, "--diff");
}
