import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { clusterStackName } from "./config/cluster-stack.ts";

const perColour = z.object({ blue: z.string(), green: z.string() });
const endpoint = z.object({ host: z.string(), port: z.number() });

/** What the cluster's stack needs of its platform's outputs. */
const platformOfCluster = z.object({
  cluster: z.object({ name: z.string(), arn: z.string() }),
  kubeconfig: z.string(),
  loadBalancer: z.object({ ruleArn: z.string(), targetGroups: perColour }),
});

/** What a release needs of its platform's outputs. */
const platformOfRelease = z.object({
  ...platformOfCluster.shape,
  url: z.url(),
  // What is null is not there: the CDN asks the pods for the assets.
  assets: z.object({ bucket: z.string(), serviceAccount: z.string() }).nullish(),
  database: z.object({
    name: z.string(),
    writer: endpoint,
    primary: endpoint,
    readers: z.array(endpoint),
  }),
  cache: endpoint,
  queue: endpoint,
  secretArns: z.object({
    databaseAdmin: z.string(),
    databaseReadWrite: z.string(),
    databaseReadOnly: z.string(),
    cacheAuthToken: z.string(),
    queueAuthToken: z.string(),
  }),
});

/** What a release needs of the cluster's stack. */
const clusterOfRelease = z.object({ namespace: z.string() });

export type SecretArns = z.infer<typeof platformOfRelease>["secretArns"];

/** The platform as the cluster's stack sees it. Throws a RunError when the platform was not brought up. */
export function readPlatformOfCluster(environment: string): Promise<z.infer<typeof platformOfCluster>> {
  return readOutputs("Platform stack", environment, platformOfCluster);
}

/** The platform as a release sees it. Throws a RunError when the platform was not brought up. */
export function readPlatform(environment: string): Promise<z.infer<typeof platformOfRelease>> {
  return readOutputs("Platform stack", environment, platformOfRelease);
}

/** The cluster's stack as a release sees it. Throws a RunError when the stack was not brought up. */
export function readCluster(environment: string): Promise<z.infer<typeof clusterOfRelease>> {
  return readOutputs("Cluster stack", clusterStackName(environment), clusterOfRelease);
}

/** One output: at most one of the two is there. */
interface OutputDetails {
  readonly value?: unknown;
  readonly secretValue?: unknown;
}

/**
 * Reads another stack's last outputs. `organization` is what a file, S3 or Blob backend calls the one
 * organization it has; on Pulumi Cloud it is the stack's own.
 *
 * @throws RunError when an output is not there: the stack was never brought up, or its last update did not finish.
 */
async function readOutputs<T extends z.ZodRawShape>(
  what: string,
  stack: string,
  schema: z.ZodObject<T>,
): Promise<z.infer<z.ZodObject<T>>> {
  const reference = new pulumi.StackReference(`${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`);
  const entries = await Promise.all(
    Object.keys(schema.shape).map(async (name) => {
      const details: OutputDetails = await reference.getOutputDetails(name);
      return [name, details.value ?? details.secretValue] as const;
    }),
  );
  const result = schema.safeParse(Object.fromEntries(entries));
  if (result.success) return result.data;
  const missing = result.error.issues.map((issue) => issue.path.join(".")).join(", ");
  throw new pulumi.RunError(
    `${what} ${stack} has no output ${missing}: bring it up first with \`pulumi up --stack ${stack}\`. ` +
      "Nothing was changed.",
  );
}

/** The image of this stack's own last successful update; undefined: there was none. */
export async function lastReleasedImage(): Promise<string | undefined> {
  const own = new pulumi.StackReference("self", {
    name: `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`,
  });
  const image: OutputDetails = await own.getOutputDetails("image");
  return typeof image.value === "string" ? image.value : undefined;
}
