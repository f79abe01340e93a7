import * as pulumi from "@pulumi/pulumi";
import { clusterStackName, UNMOVED_OUTPUT } from "./config/cluster-stack.ts";

/**
 * Refuses to update a platform whose state still holds Kubernetes objects.
 *
 * @throws RunError that names the command which moves them.
 */
export async function refuseUnmoved(environment: string): Promise<void> {
  if ((await ownLastOutputs())[UNMOVED_OUTPUT] === undefined) return;
  throw new pulumi.RunError(
    `Stack ${environment} still holds Kubernetes objects, which belong to the stack ${clusterStackName(environment)} now: ` +
      `without them this update would delete the namespace and its pods. Run \`make move-stacks ENV=${environment}\` ` +
      "first: it moves them with `pulumi state move`, and changes nothing else. Nothing was changed.",
  );
}

/**
 * By the function behind StackReference, and not by a StackReference: that is a resource of the state, which a refresh finds
 * changed after each update that changes an output.
 */
async function ownLastOutputs(): Promise<Readonly<Record<string, unknown>>> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const read = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name })) as {
    readonly outputs?: Readonly<Record<string, unknown>>;
  };
  return read.outputs ?? {};
}
