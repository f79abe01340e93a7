import * as automation from "@pulumi/pulumi/automation/index.js";
import * as pulumi from "@pulumi/pulumi";
import { typeFacts } from "../local/aws/facts.ts";
import type { Resource } from "../local/explain/explained.ts";
import { clusterConfig, platformConfig, releaseConfig } from "../stacks/config.ts";
import { clusterStackName } from "../stacks/config/cluster-stack.ts";
import { rawOf } from "../stacks/config/raw.ts";
import { cluster } from "../stacks/cluster.ts";
import { platform } from "../stacks/platform.ts";
import { release } from "../stacks/release.ts";

/** The environments of the shipped files. */
type Shipped = "local" | "staging" | "prod";
/** `option`: prod with all that its file may have besides. */
export type Environment = Shipped | "option";

type Document = Readonly<Record<string, unknown>>;

/** What a person may write into prod's file and the shipped one leaves out, so far as it sets further inputs. */
const OPTIONS: Document = {
  "twinstack:cluster": { publicAccessCidrs: ["203.0.113.7/32"] },
  "twinstack:cache": { snapshotWindow: "02:00-03:00", maintenanceWindow: "sun:04:00-sun:05:00" },
  "twinstack:edge": {
    cdn: {
      domain: {
        name: "quiz.example.com",
        certificateArn: "arn:aws:acm:us-east-1:000000000000:certificate/cdn",
        originCertificateArn: "arn:aws:acm:eu-central-1:000000000000:certificate/origin",
      },
    },
  },
  "twinstack:observability": { emails: ["on-call@example.com"] },
};

/** Account of the run and signer of the databases' certificates: no real ones are needed to see what is set. */
const OVERRIDE: Document = {
  "aws:allowedAccountIds": ["000000000000"],
  "twinstack:certificateAuthorities": "amazon-rds",
};
const IMAGE = `000000000000.dkr.ecr.eu-central-1.amazonaws.com/twinstack@sha256:${"0".repeat(64)}`;

/** Outputs that the programs look into; of every other one a placeholder does. */
const OUTPUTS: Document = {
  "aws:eks/cluster:Cluster": {
    endpoint: "https://cluster.example",
    certificateAuthority: { data: "Q0E=" },
    vpcConfig: { clusterSecurityGroupId: "sg-cluster" },
  },
  "random:index/randomPassword:RandomPassword": { result: "placeholder" },
  "random:index/randomId:RandomId": { hex: "0a" },
};

/** Answers of the functions that the programs call; one that is not here fails the run, not to lose what it sets. */
const ANSWERS: Document = {
  "aws:ec2/getManagedPrefixList:getManagedPrefixList": { id: "pl-placeholder" },
  "aws:secretsmanager/getSecretVersion:getSecretVersion": {
    secretString: '{"username":"placeholder","password":"placeholder"}',
  },
  "aws:lb/getListenerRule:getListenerRule": { arn: "arn:rule", actions: [] },
};

const PLACEHOLDERS = { string: "placeholder", number: 1, bool: false } as const;

/** An output for every property of the type that is one value: what is missing would take other inputs with it. */
function placeholders(type: string): Record<string, unknown> {
  const properties = Object.entries(typeFacts(type)?.properties ?? {});
  return Object.fromEntries(
    properties.flatMap(([key, facts]) =>
      typeof facts.type === "string" ? [[key, PLACEHOLDERS[facts.type]]] : [],
    ),
  );
}

/** The shipped `Pulumi.<environment>.yaml` of the checkout, read by Pulumi's own reader. */
async function shippedConfig(checkout: string, environment: Shipped): Promise<Document> {
  const noCommand = {
    command: "pulumi",
    version: null,
    run: () => Promise.reject(new Error("no command is run")),
  };
  const workspace = await automation.LocalWorkspace.create({ workDir: checkout, pulumiCommand: noCommand });
  const { config } = await workspace.stackSettings(environment);
  if (config === undefined) throw new Error(`Pulumi.${environment}.yaml has no config`);
  return config;
}

function isDocument(value: unknown): value is Document {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Maps are laid over each other, everything else is taken from `over`. */
function overlaid(under: Document, over: Document): Document {
  const laid = Object.entries(over).map(([key, value]) => {
    const below = under[key];
    return [key, isDocument(value) && isDocument(below) ? overlaid(below, value) : value] as const;
  });
  return { ...under, ...Object.fromEntries(laid) };
}

/** Without the engine's marks of secrets inside: they would look like inputs. */
function inClear(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inClear);
  if (!isDocument(value)) return value;
  if (pulumi.runtime.isRpcSecret(value)) return inClear(pulumi.runtime.unwrapRpcSecret(value));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inClear(each)]));
}

interface Run {
  readonly made: readonly Resource[];
  /** The program's, resolved. */
  readonly outputs: Document;
}

/**
 * Runs a program with Pulumi's own mocks instead of an engine: nothing is made, nothing is asked. Mocks are the process's:
 * one program at a time. `others` is what a reference to another stack answers.
 */
async function run(
  stack: string,
  environment: Environment,
  program: () => unknown,
  others: Document,
): Promise<Run> {
  const made: Resource[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const given = inputs as Document;
        if (type === "pulumi:pulumi:StackReference") {
          // A release that was never made: its own stack has no outputs.
          return { id: name, state: { ...given, outputs: name === "self" ? {} : others } };
        }
        if (!type.startsWith("twinstack:"))
          made.push({ type, name, inputs: inClear(given) as Document, environment });
        const computed = { ...placeholders(type), ...given, ...(OUTPUTS[type] as Document | undefined) };
        return { id: `${name}-id`, state: computed };
      },
      call: ({ token }) => {
        const answer = ANSWERS[token];
        if (answer === undefined) throw new Error(`no answer is known for ${token}: add one to ANSWERS`);
        return answer as Record<string, unknown>;
      },
    },
    "twinstack",
    stack,
    false,
    "organization",
  );
  const outputs = pulumi.output(await program()) as pulumi.Output<Document>;
  const resolved = await new Promise<Document>((resolve) => outputs.apply(resolve));
  await pulumi.runtime.disconnect();
  return { made, outputs: resolved };
}

/** Every resource of an environment's platform, of its cluster and of its two releases, as the configuration that is shipped makes them. */
export async function programResources(
  checkout: string,
  environment: Environment,
): Promise<readonly Resource[]> {
  const isOption = environment === "option";
  const shipped = await shippedConfig(checkout, isOption ? "prod" : environment);
  const raw = rawOf({ ...(isOption ? overlaid(shipped, OPTIONS) : shipped), ...OVERRIDE });
  const config = platformConfig(environment, raw);
  const base = await run(environment, environment, () => platform(environment, config), {});
  const clusterStack = clusterStackName(environment);
  const inClusterOf = clusterConfig(clusterStack, environment, { ...raw, "twinstack:guardImage": IMAGE });
  const inside = await run(clusterStack, environment, () => cluster(environment, inClusterOf), base.outputs);
  const made = [...base.made, ...inside.made];
  const outputs = { ...base.outputs, ...inside.outputs };
  for (const colour of ["blue", "green"] as const) {
    const stack = `${environment}-${colour}`;
    const releaseOf = releaseConfig(stack, environment, { ...raw, "twinstack:image": IMAGE });
    const deploy = (): unknown => release(environment, colour, releaseOf);
    made.push(...(await run(stack, environment, deploy, outputs)).made);
  }
  return made;
}

/** Of all environments; what only an option of the configuration sets is `option`'s alone. */
export async function everyProgram(checkout: string): Promise<readonly Resource[]> {
  const made: Resource[] = [];
  for (const environment of ["local", "staging", "prod", "option"] as const) {
    made.push(...(await programResources(checkout, environment)));
  }
  return made;
}
