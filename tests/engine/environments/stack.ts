import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import * as automation from "@pulumi/pulumi/automation/index.js";
import { startRegion } from "../aws-fixture/stack.ts";
import { CHECKOUT, newStack, type EngineStack, type StateResource } from "../harness.ts";
import type { ControlPlane } from "../kubernetes-fixture/control-plane.ts";
import { RegionProxy } from "./region-proxy.ts";

export type Config = Readonly<Record<string, unknown>>;

/** The program of the checkout, run from the harness's folder. */
const PROGRAM = `\nexport { default } from "${CHECKOUT}/stacks/index.ts";\n`;

/** What the tests change in a shipped file, and all they change: the stand-in answers to no other account. */
export const OVERRIDE = { "aws:allowedAccountIds": ["000000000000"] };

/** What a cluster's stack is told: the pods are pretended, so there is no image behind it. */
export const GUARD_IMAGE = `000000000000.dkr.ecr.eu-central-1.amazonaws.com/guard@sha256:${"b".repeat(64)}`;

/** The `config` of the shipped `Pulumi.<environment>.yaml`, read by Pulumi's own reader. */
export async function shippedConfig(environment: string): Promise<Config> {
  const noCommand = {
    command: "pulumi",
    version: null,
    run: () => Promise.reject(new Error("no command is run")),
  };
  const workspace = await automation.LocalWorkspace.create({
    workDir: CHECKOUT,
    pulumiCommand: noCommand,
  });
  const { config } = await workspace.stackSettings(environment);
  if (config === undefined) throw new Error(`Pulumi.${environment}.yaml has no config`);
  return config;
}

/** A platform alone: on a region with parts off, which knows of no API server. A call to one fails. */
export function newPlatform(environment: string, config: Config): Promise<EngineStack> {
  return newStack({
    project: "twinstack",
    stack: environment,
    program: PROGRAM,
    config,
    before: startRegion,
  });
}

/**
 * A stack of the checkout's program on a region with parts off. The cluster's endpoint leads to `plane`: a real API server
 * without nodes. `prepare` gets the region's environment before the region starts.
 */
export function newEnvironment(
  environment: string,
  config: Config,
  plane: ControlPlane,
  prepare: (env: Readonly<NodeJS.ProcessEnv>) => Promise<void> = () => Promise.resolve(),
): Promise<EngineStack> {
  return newStack({
    project: "twinstack",
    stack: environment,
    program: PROGRAM,
    config,
    before: async (env) => {
      await prepare(env);
      const { TWINSTACK_RUN: run = "" } = env;
      const behind = join(run, "region");
      await mkdir(behind);
      const stopRegion = await startRegion({ ...env, TWINSTACK_RUN: behind });
      const cluster = { name: `twinstack-${environment}`, access: plane.access };
      const proxy = await RegionProxy.start(join(run, "region.sock"), join(behind, "region.sock"), cluster);
      return async () => {
        await proxy.stop();
        await stopRegion();
      };
    },
  });
}

/** Another stack of the same project in the same backend that asks the same region, such as a platform's release. */
export function newSibling(name: string, config: Config, { env }: EngineStack): Promise<EngineStack> {
  const { TWINSTACK_RUN = "", TWINSTACK_STATE = "", PULUMI_BACKEND_URL = "" } = env;
  return newStack({
    project: "twinstack",
    stack: name,
    program: PROGRAM,
    config,
    env: { TWINSTACK_RUN, TWINSTACK_STATE, PULUMI_BACKEND_URL },
  });
}

interface ClearState {
  readonly deployment: { readonly resources?: readonly StateResource[] };
}

/** What the state records of every resource, by URN, secrets in clear: their ciphertext is another one each time. */
export async function recordedInClear(
  stack: EngineStack,
): Promise<readonly Pick<StateResource, "urn" | "id" | "inputs" | "outputs">[]> {
  const { code, stdout, stderr } = await stack.pulumi(["stack", "export", "--show-secrets"]);
  if (code !== 0) throw new Error(`the state cannot be exported: ${stderr}`);
  const { resources = [] } = (JSON.parse(stdout) as ClearState).deployment;
  return resources
    .map(({ urn, id, inputs, outputs }) => ({ urn, id, inputs, outputs }))
    .sort((one, other) => one.urn.localeCompare(other.urn));
}
