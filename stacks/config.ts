import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { accountSchema, type AccountConfig } from "./config/account.ts";
import {
  clusterStackSchema,
  platformSchema,
  releaseSchema,
  type ClusterStackConfig,
  type PlatformConfig,
  type ReleaseConfig,
} from "./config/environment.ts";
import { refusal } from "./config/problem.ts";
import { check, namespaceOf, type RawConfig } from "./config/raw.ts";
import { crossCheck } from "./config/rules.ts";

export type { ClusterStackConfig, PlatformConfig, ReleaseConfig } from "./config/environment.ts";
export { parseStackName } from "./config/stack-name.ts";

/** The checked configuration of a platform. Throws a RunError that names every problem. */
export function platformConfig(environment: string, raw: RawConfig): PlatformConfig {
  return read(environment, environment, raw, platformSchema);
}

/** The checked configuration of a cluster's stack. Throws a RunError that names every problem. */
export function clusterConfig(stack: string, environment: string, raw: RawConfig): ClusterStackConfig {
  return read(stack, environment, raw, clusterStackSchema);
}

/** The checked configuration of a release. Throws a RunError that names every problem. */
export function releaseConfig(stack: string, environment: string, raw: RawConfig): ReleaseConfig {
  return read(stack, environment, raw, releaseSchema);
}

/** Keys that a copy of the environment's file has besides: alone they say that the file itself was not read. */
const OF_A_COPY: readonly string[] = ["image", "guardImage"];

/** Everything is checked before the first resource is registered. */
function read<Sections extends z.infer<typeof platformSchema>>(
  stack: string,
  environment: string,
  raw: RawConfig,
  schema: z.ZodType<Sections>,
): Sections & { readonly account: AccountConfig } {
  const file = `Pulumi.${environment}.yaml`;
  const document = namespaceOf(raw, "twinstack");
  if (Object.keys(document).every((key) => OF_A_COPY.includes(key))) throw unread(stack, file);

  const account = check("aws", accountSchema, namespaceOf(raw, "aws"));
  const sections = check("twinstack", schema, document);
  if (!account.value || !sections.value) {
    throw refusal(stack, file, [...account.problems, ...sections.problems]);
  }
  const config = { ...sections.value, account: account.value };
  const contradictions = crossCheck(config);
  if (contradictions.length > 0) throw refusal(stack, file, contradictions);
  return config;
}

/** Pulumi takes a config file that does not exist for an empty one, without a word. */
function unread(stack: string, file: string): pulumi.RunError {
  return new pulumi.RunError(
    `Stack ${stack} has no configuration: ${file} was not read, or sets no twinstack: key. ` +
      "Write it (Pulumi.staging.yaml shows every key). Run the cluster's stack with --config-file naming a copy of it with " +
      "twinstack:guardImage set, and a release with --config-file naming a copy of it with twinstack:image set.",
  );
}
