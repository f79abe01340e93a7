import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { SecretOptions } from "../infra/service/options.ts";
import type { SecretArns } from "./references.ts";

/** What RDS Proxy reads, and so what the platform writes. */
const credentialSchema = z.object({ username: z.string().min(1), password: z.string().min(1) });

/**
 * Reads the current values out of Secrets Manager. They are in clear here: whoever gives one to a resource marks it secret.
 *
 * @throws RunError that names the secret and never its value, when it is not what the platform writes.
 */
export async function readSecrets(arns: SecretArns): Promise<SecretOptions> {
  const [admin, readWrite, readOnly, cacheAuthToken, queueAuthToken] = await Promise.all([
    credential(arns.databaseAdmin),
    credential(arns.databaseReadWrite),
    credential(arns.databaseReadOnly),
    current(arns.cacheAuthToken),
    current(arns.queueAuthToken),
  ]);
  return {
    databaseAdminUser: admin.username,
    databaseAdminPassword: admin.password,
    databaseReadWritePassword: readWrite.password,
    databaseReadOnlyPassword: readOnly.password,
    cacheAuthToken,
    queueAuthToken,
  };
}

async function current(secretId: string): Promise<string> {
  const { secretString } = await aws.secretsmanager.getSecretVersion({ secretId });
  if (secretString !== "") return secretString;
  throw new pulumi.RunError(
    `The secret ${secretId} has no text: bring the platform up again. Nothing was changed.`,
  );
}

async function credential(secretId: string): Promise<z.infer<typeof credentialSchema>> {
  const text = await current(secretId);
  const result = credentialSchema.safeParse(parsed(text));
  if (result.success) return result.data;
  throw new pulumi.RunError(
    `The secret ${secretId} is not {"username": …, "password": …}: bring the platform up again. Nothing was changed.`,
  );
}

/** Undefined where it is no JSON. The parser's own words would quote the secret. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
