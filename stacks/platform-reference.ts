import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

const perColour = z.object({ blue: z.string(), green: z.string() });
const endpoint = z.object({ host: z.string(), port: z.number() });

/** What a release needs of its platform's outputs. */
const referenceSchema = z.object({
  url: z.url(),
  loadBalancer: z.object({ ruleArn: z.string(), targetGroups: perColour }),
  cluster: z.object({ arn: z.string() }),
  kubeconfig: z.string(),
  namespace: z.string(),
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
  /** Secret in the platform's state; whoever uses it here marks it so again. */
  secrets: z.object({
    databaseAdminUser: z.string(),
    databaseAdminPassword: z.string(),
    databaseReadWritePassword: z.string(),
    databaseReadOnlyPassword: z.string(),
    cacheAuthToken: z.string(),
    queueAuthToken: z.string(),
  }),
});

export type PlatformReference = z.infer<typeof referenceSchema>;

/** One output: at most one of the two is there. */
interface OutputDetails {
  readonly value?: unknown;
  readonly secretValue?: unknown;
}

/**
 * Reads the platform's last outputs. `organization` is what a file, S3 or Blob backend calls the one
 * organization it has; on Pulumi Cloud it is the stack's own.
 *
 * @throws RunError when the platform is not there, or its last update did not finish.
 */
export async function readPlatform(environment: string): Promise<PlatformReference> {
  const reference = new pulumi.StackReference(
    `${pulumi.getOrganization()}/${pulumi.getProject()}/${environment}`,
  );
  const entries = await Promise.all(
    Object.keys(referenceSchema.shape).map(async (name) => {
      const details: OutputDetails = await reference.getOutputDetails(name);
      return [name, details.value ?? details.secretValue] as const;
    }),
  );
  const result = referenceSchema.safeParse(Object.fromEntries(entries));
  if (result.success) return result.data;
  const missing = result.error.issues.map((issue) => issue.path.join(".")).join(", ");
  throw new pulumi.RunError(
    `Platform stack ${environment} has no output ${missing}: bring it up first with ` +
      `\`pulumi up --stack ${environment}\`. Nothing was changed.`,
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
