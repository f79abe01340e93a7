import { ProviderError } from "../provider/provider.ts";
import { whyNotModelled } from "./not-modelled.ts";

/** What a Pulumi type token stands for in the Kubernetes API. */
export interface Kind {
  /** e.g. `apps/v1`, or `v1` for the core group. */
  readonly apiVersion: string;
  readonly kind: string;
}

/** `kubernetes:core/v1:Pod` → `v1`, `Pod`. Throws for what this stand-in does not model, with its name. */
export function kindOf(token: string): Kind {
  const reason = whyNotModelled(token);
  if (reason !== undefined) {
    throw new ProviderError("UNIMPLEMENTED", reason);
  }
  const match = /^kubernetes:([^:]+\/[^:/]+):([^:/]+)$/.exec(token);
  const [, version, kind] = match ?? [];
  if (version === undefined || kind === undefined) {
    throw new ProviderError(
      "UNIMPLEMENTED",
      `${token} is not modelled by the Kubernetes stand-in: it models kubernetes:<group>/<version>:<Kind>`,
    );
  }
  if (kind.endsWith("List") && isBuiltIn(version)) {
    throw new ProviderError(
      "UNIMPLEMENTED",
      `${token}: a list cannot be created, as in the official provider: write one resource for each of its items`,
    );
  }
  return { apiVersion: version.replace(/^core\//, ""), kind };
}

/**
 * The official SDK's `DeploymentPatch` comes with the token `…:DeploymentPatch` and the input `kind: Deployment`;
 * a custom kind that merely ends in `Patch` has the same name in both places.
 */
export function isPatch(token: string, inputKind: unknown): boolean {
  return typeof inputKind === "string" && token.endsWith(`:${inputKind}Patch`);
}

/** A group of Kubernetes itself: no domain, or one below k8s.io. */
export function isBuiltIn(apiVersion: string): boolean {
  const group = apiVersion.split("/")[0] ?? "";
  return !group.includes(".") || group.endsWith(".k8s.io");
}

/** A kind of a group without a domain can only come with Kubernetes itself, never with a definition that is planned. */
export function comesWithKubernetes(kind: Kind): boolean {
  return !(kind.apiVersion.split("/")[0] ?? "").includes(".");
}
