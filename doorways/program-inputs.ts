import { join } from "node:path";
import * as automation from "@pulumi/pulumi/automation/index.js";
import * as pulumi from "@pulumi/pulumi";
import { platformConfig, releaseConfig } from "../stacks/config.ts";
import type { RawConfig } from "../stacks/config/raw.ts";
import { platform } from "../stacks/platform.ts";
import { release } from "../stacks/release.ts";

/** A resource that one of our programs registers. */
export interface ProgramResource {
  readonly type: string;
  readonly name: string;
  /** As the program gives them: before the provider's defaults, secrets unwrapped. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** The environments whose programs are run. */
export const ENVIRONMENTS = ["local", "staging", "prod"] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** Account of the run and signer of the databases' certificates: no real ones are needed to see what is set. */
const OVERRIDE: RawConfig = {
  "aws:allowedAccountIds": '["000000000000"]',
  "twinstack:certificateAuthorities": "amazon-rds",
};
const IMAGE = `000000000000.dkr.ecr.eu-central-1.amazonaws.com/twinstack@sha256:${"0".repeat(64)}`;

/** Outputs that the programs make further inputs from; every other output is a placeholder. */
const OUTPUTS: Readonly<Record<string, object>> = {
  "aws:eks/cluster:Cluster": {
    endpoint: "https://cluster.example",
    certificateAuthority: { data: "Q0E=" },
    vpcConfig: { clusterSecurityGroupId: "sg-cluster" },
  },
  "random:index/randomPassword:RandomPassword": { result: "placeholder" },
};

const END = { host: "example", port: 1 };
/** The outputs of a platform, as its release reads them. */
const PLATFORM = {
  loadBalancer: { ruleArn: "arn:rule", targetGroups: { blue: "arn:blue", green: "arn:green" } },
  cluster: { name: "cluster", arn: "arn:cluster" },
  kubeconfig: "{}",
  namespace: "twinstack",
  database: { name: "quiz", writer: END, primary: END, readers: [END] },
  cache: END,
  queue: END,
  secrets: {
    databaseAdminUser: "placeholder",
    databaseAdminPassword: "placeholder",
    databaseReadWritePassword: "placeholder",
    databaseReadOnlyPassword: "placeholder",
    cacheAuthToken: "placeholder",
    queueAuthToken: "placeholder",
  },
};

/** The shipped `Pulumi.<environment>.yaml` of the checkout, read by Pulumi's own reader, as a program gets it. */
async function shippedConfig(checkout: string, environment: Environment): Promise<RawConfig> {
  const noCommand = {
    command: "pulumi",
    version: null,
    run: () => Promise.reject(new Error("no command is run")),
  };
  const workspace = await automation.LocalWorkspace.create({ workDir: checkout, pulumiCommand: noCommand });
  const { config } = await workspace.stackSettings(environment);
  if (config === undefined) throw new Error(`Pulumi.${environment}.yaml has no config`);
  const raw = Object.entries(config).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return { ...(Object.fromEntries(raw) as RawConfig), ...OVERRIDE };
}

/**
 * What a program registers, by running it with Pulumi's own mocks instead of an engine: nothing is made, nothing is asked.
 * Mocks are the process's: one program at a time.
 */
async function run(stack: string, program: () => unknown): Promise<readonly ProgramResource[]> {
  const made: ProgramResource[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const given = inputs as Readonly<Record<string, unknown>>;
        const isReference = type === "pulumi:pulumi:StackReference";
        if (!isReference) made.push({ type, name, inputs: given });
        // A release that was never made: its own stack has no outputs.
        const outputs = name === "self" ? {} : PLATFORM;
        return {
          id: `${name}-id`,
          state: {
            arn: `arn:${name}`,
            name,
            address: `${name}.example`,
            ...given,
            ...OUTPUTS[type],
            ...(isReference ? { outputs } : {}),
          },
        };
      },
      call: () => ({}),
    },
    "twinstack",
    stack,
    false,
    "organization",
  );
  await program();
  await pulumi.runtime.disconnect();
  return made.filter(({ type }) => !type.startsWith("twinstack:"));
}

/** Every resource of an environment's platform and of its two releases. */
export async function programResources(
  checkout: string,
  environment: Environment,
): Promise<readonly ProgramResource[]> {
  const raw = await shippedConfig(checkout, environment);
  const made = [...(await run(environment, () => platform(environment, platformConfig(environment, raw))))];
  for (const colour of ["blue", "green"] as const) {
    const stack = `${environment}-${colour}`;
    const config = releaseConfig(stack, environment, { ...raw, "twinstack:image": IMAGE });
    made.push(...(await run(stack, () => release(environment, colour, config))));
  }
  return made;
}
