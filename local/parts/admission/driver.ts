import { join } from "node:path";
import { requiredText } from "../input.ts";
import { POD_IDENTITY } from "../../aws/services/eks/references.ts";
import { Identities } from "./identities.ts";
import type { Machine } from "../machine.ts";
import type { PartDriver } from "../../region/part.ts";
import type { StoredResource } from "../../region/protocol.ts";

/** A folder for each cluster. */
export function identitiesFolder(machine: Pick<Machine, "dataDir">, cluster: string): string {
  return join(machine.dataDir("admission"), cluster);
}

/**
 * `aws:eks/podIdentityAssociation:PodIdentityAssociation` as the webhook sees it: pods that are created from here on
 * get what they need to ask for credentials. Those that run already do not, as in EKS.
 */
export function createPodIdentityDriver(machine: Pick<Machine, "dataDir">): PartDriver {
  const identitiesOf = ({ inputs }: StoredResource): Identities =>
    new Identities(identitiesFolder(machine, requiredText(inputs, "clusterName")));

  async function associate(resource: StoredResource): Promise<Record<string, never>> {
    identitiesOf(resource).set(resource.id, {
      namespace: requiredText(resource.inputs, "namespace"),
      serviceAccount: requiredText(resource.inputs, "serviceAccount"),
    });
    return {};
  }

  return {
    types: [POD_IDENTITY],
    create: associate,
    update: associate,
    async adopt(resource) {
      await associate(resource);
    },
    // There is nothing of it that an administrator of AWS could remove but the association itself.
    present: async () => true,
    async delete(resource) {
      identitiesOf(resource).remove(resource.id);
    },
  };
}
