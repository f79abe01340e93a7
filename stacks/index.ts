import * as pulumi from "@pulumi/pulumi";
import { parseStackName, platformConfig, releaseConfig } from "./config.ts";
import { platform } from "./platform.ts";
import type { PlatformOutputs } from "./platform-outputs.ts";
import { release, type ReleaseOutputs } from "./release.ts";

/** What `pulumi up` runs: the stack's name says which program. */
export default async function main(): Promise<PlatformOutputs | ReleaseOutputs> {
  const stack = pulumi.getStack();
  const name = parseStackName(stack);
  const raw = pulumi.runtime.allConfig();
  if (name.kind === "platform") return platform(name.environment, platformConfig(name.environment, raw));
  return release(name.environment, name.colour, releaseConfig(stack, name.environment, raw));
}
