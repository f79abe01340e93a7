import { PATHS } from "./configurations.ts";
import { podIdentityPatch } from "./pod-identity.ts";
import { readinessGatesPatch } from "./readiness-gates.ts";
import type { Identities } from "./identities.ts";
import type { BoundServices } from "./readiness-gates.ts";
import type { Webhook } from "./server.ts";

export interface WebhookOptions {
  readonly services: BoundServices;
  readonly identities: Pick<Identities, "has">;
  /** The cluster's, e.g. `eu-central-1`. */
  readonly region: string;
}

export function createWebhooks({
  services,
  identities,
  region,
}: WebhookOptions): ReadonlyMap<string, Webhook> {
  return new Map<string, Webhook>([
    [
      PATHS.readinessGates,
      async ({ namespace, object }) => {
        try {
          return { patch: await readinessGatesPatch(namespace, object, services) };
        } catch (error) {
          // As the controller does: what cannot tell whether the pod is a target lets it not pass without a gate.
          return { denied: `readiness gates: ${error instanceof Error ? error.message : String(error)}` };
        }
      },
    ],
    [
      PATHS.podIdentity,
      async ({ namespace, object }) => {
        const serviceAccount = object.spec.serviceAccountName ?? "default";
        const known = identities.has({ namespace, serviceAccount });
        return { patch: known ? podIdentityPatch(object, region) : [] };
      },
    ],
  ]);
}
