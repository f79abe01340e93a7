import { runCommand } from "../local/toolchain/command.ts";
import { toolPath } from "../local/toolchain/tool.ts";
import { clusterStackName, ENVIRONMENT, UNMOVED_OUTPUT } from "../stacks/config/cluster-stack.ts";
import { checkout } from "./checkout.ts";
import { pulumiEnvironment } from "./pulumi.ts";
import { detail, step } from "./say.ts";
import {
  clusterStack,
  preparedGuard,
  finishInterrupted,
  plainOutputs,
  platformStack,
  prepareStack,
  stackExists,
} from "./stack.ts";
import { isUnmoved, tidied, toMove, type ExportedStack } from "./unmoved-resources.ts";
import { UserError } from "./user-error.ts";

/** Runs a command of Pulumi's CLI that only touches state, and answers its stdout. `input` goes to its stdin. */
export type StateCommand = (args: readonly string[], input?: string) => Promise<string>;

/** A state of some hundred resources takes seconds; a remote backend adds its own. */
const LIMIT_MS = 300_000;

const command =
  (program: string, env: NodeJS.ProcessEnv): StateCommand =>
  (args, input = "") =>
    runCommand(program, ["--non-interactive", ...args], {
      name: `pulumi ${args.slice(0, 2).join(" ")}`,
      cwd: checkout,
      env,
      input,
      timeoutMs: LIMIT_MS,
      foreground: true,
    });

/**
 * Moves what the platform's state holds of the cluster's stack there, with `pulumi state move`. Resources themselves are not
 * touched. What is moved already stays: one that was interrupted is finished by the next. Answers how many were moved.
 *
 * @throws UserError when the cluster's stack is not there, or Pulumi refuses.
 */
export async function moveResources(pulumi: StateCommand, environment: string): Promise<number> {
  const dest = clusterStackName(environment);
  const read = async (stack: string): Promise<ExportedStack> =>
    JSON.parse(await pulumi(["stack", "export", "--stack", stack])) as ExportedStack;
  const before = await read(environment);
  if (!isUnmoved(before)) return 0;
  const urns = toMove(before, await read(dest));
  if (urns.length > 0) {
    await pulumi(["state", "move", "--yes", "--source", environment, "--dest", dest, ...urns]);
  }
  const rest = tidied(await read(environment), await read(dest));
  await pulumi(["stack", "import", "--stack", environment], JSON.stringify(rest));
  return urns.length;
}

/** Before `make up` updates a platform of this machine that made its Kubernetes objects itself. */
export async function moveLocalStacks(): Promise<void> {
  if (!stackExists(platformStack) || (await plainOutputs(platformStack))[UNMOVED_OUTPUT] === undefined)
    return;
  step(`move what lives inside Kubernetes to the stack ${clusterStack}`);
  await finishInterrupted(platformStack);
  await prepareStack(clusterStack, await preparedGuard());
  const moved = await moveResources(command(toolPath("pulumi"), pulumiEnvironment()), platformStack);
  detail(`${moved} resources moved; none was changed`);
}

/** `make move-stacks ENV=staging`: for an environment on AWS, with the person's own Pulumi CLI and login. */
export async function moveStacks(): Promise<void> {
  const environment = process.env["ENV"] ?? platformStack;
  if (!ENVIRONMENT.test(environment)) {
    throw new UserError(
      `ENV: "${environment}" is not an environment; write the platform's stack, such as staging`,
    );
  }
  if (environment === platformStack) {
    await moveLocalStacks();
    step("nothing is left to move");
    return;
  }
  const pulumi = command("pulumi", process.env);
  await pulumi(["stack", "export", "--stack", clusterStackName(environment)]).catch((error: unknown) => {
    throw new UserError(
      `the stack ${clusterStackName(environment)} cannot be read: make it first, with the same secrets provider as ` +
        `${environment}: "pulumi stack init ${clusterStackName(environment)} --no-select" (${(error as Error).message})`,
    );
  });
  const moved = await moveResources(pulumi, environment);
  step(moved === 0 ? "nothing is left to move" : `${moved} resources moved; none was changed`);
}
