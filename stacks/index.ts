import * as pulumi from "@pulumi/pulumi";
import { cluster, type ClusterOutputs } from "./cluster.ts";
import { clusterConfig, parseStackName, platformConfig, releaseConfig } from "./config.ts";
import { platform } from "./platform.ts";
import type { PlatformOutputs } from "./platform-outputs.ts";
import { release, type ReleaseOutputs } from "./release.ts";
import { refuseUnmoved } from "./unmoved.ts";

/** What `pulumi up` runs: the stack's name says which program. */
export default async function main(): Promise<PlatformOutputs | ClusterOutputs | ReleaseOutputs> {
  const stack = pulumi.getStack();
  const name = parseStackName(stack);
  const raw = pulumi.runtime.allConfig();
  const { environment } = name;
  if (name.kind === "release") {
    return release(environment, name.colour, releaseConfig(stack, environment, raw));
  }
  if (name.kind === "cluster") return cluster(environment, clusterConfig(stack, environment, raw));
  const config = platformConfig(environment, raw);
  await refuseUnmoved(environment);
  return platform(environment, config);
}
