import * as pulumi from "@pulumi/pulumi";
import { clusterStackName, UNMOVED_OUTPUT } from "./config/cluster-stack.ts";
import { ownLastOutput } from "./references.ts";

/**
 * Refuses to update a platform whose state still holds Kubernetes objects.
 *
 * @throws RunError that names the command which moves them.
 */
export async function refuseUnmoved(environment: string): Promise<void> {
  if ((await ownLastOutput(UNMOVED_OUTPUT)) === undefined) return;
  throw new pulumi.RunError(
    `Stack ${environment} still holds Kubernetes objects, which belong to the stack ${clusterStackName(environment)} now: ` +
      `without them this update would delete the namespace and its pods. Run \`make move-stacks ENV=${environment}\` ` +
      "first: it moves them with `pulumi state move`, and changes nothing else. Nothing was changed.",
  );
}
