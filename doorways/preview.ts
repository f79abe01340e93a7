import { prepareMachine } from "./prepare.ts";
import { operate, platformStack, prepareStack } from "./stack.ts";

export async function preview(): Promise<void> {
  await prepareMachine();
  await prepareStack(platformStack);
  await operate("preview", platformStack, "--diff");
}
