/** What a platform's state has of its cluster's stack, from the time before there was one. Pure: no command is run here. */
import { UNMOVED_OUTPUT } from "../stacks/config/cluster-stack.ts";

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly parent?: string;
  readonly provider?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** What `pulumi stack export` answers, so far as it is looked at. What is not named here is kept. */
export interface ExportedStack {
  readonly version: number;
  readonly deployment: { readonly resources?: readonly StateResource[] };
}

const STACK = "pulumi:pulumi:Stack";
const KUBERNETES_PROVIDER = "pulumi:providers:kubernetes";

const resourcesOf = ({ deployment }: ExportedStack): readonly StateResource[] => deployment.resources ?? [];

function belongsToCluster({ type, inputs }: StateResource): boolean {
  if (type.startsWith("kubernetes:")) return true;
  return type === "aws:eks/addon:Addon" && inputs?.["addonName"] === "metrics-server";
}

const nameOf = (urn: string): string => urn.slice(urn.lastIndexOf("::") + 2);

/** Type and name: `pulumi state move` puts a resource below the stack itself, so of its URN this is what stays. */
const identity = ({ type, urn }: StateResource): string => `${type} ${nameOf(urn)}`;

/** URNs of the platform's resources that the cluster's stack shall have and does not have yet. */
export function toMove(platform: ExportedStack, cluster: ExportedStack): readonly string[] {
  const there = new Set(resourcesOf(cluster).map(identity));
  return resourcesOf(platform)
    .filter((resource) => belongsToCluster(resource) && !there.has(identity(resource)))
    .map(({ urn }) => urn);
}

/**
 * The platform's state without what the move left: a resource that the cluster's stack has too (the move was cut off between
 * its two writes), the provider that nothing uses, components that hold nothing, and the output that says "unmoved".
 */
export function tidied(platform: ExportedStack, cluster: ExportedStack): ExportedStack {
  const there = new Set(resourcesOf(cluster).map(identity));
  const kept = resourcesOf(platform).filter(
    (resource) => !(belongsToCluster(resource) && there.has(identity(resource))),
  );
  const resources = withoutEmptyComponents(withoutUnusedProviders(kept)).map((resource) =>
    resource.type === STACK
      ? { ...resource, outputs: without(resource.outputs ?? {}, UNMOVED_OUTPUT) }
      : resource,
  );
  return { ...platform, deployment: { ...platform.deployment, resources } };
}

/** Whether the platform's last update was one of the programs that made Kubernetes objects themselves. */
export function isUnmoved(platform: ExportedStack): boolean {
  const stack = resourcesOf(platform).find(({ type }) => type === STACK);
  return stack?.outputs?.[UNMOVED_OUTPUT] !== undefined || resourcesOf(platform).some(belongsToCluster);
}

function withoutUnusedProviders(resources: readonly StateResource[]): readonly StateResource[] {
  // A reference is the provider's URN, `::` and its id.
  const used = new Set(resources.map(({ provider = "" }) => provider.slice(0, provider.lastIndexOf("::"))));
  return resources.filter(({ type, urn }) => type !== KUBERNETES_PROVIDER || used.has(urn));
}

/** Components of ours that lost their last child. A component that never had one is not told from them, and does nothing. */
function withoutEmptyComponents(resources: readonly StateResource[]): readonly StateResource[] {
  const parents = new Set(resources.map(({ parent }) => parent));
  const kept = resources.filter(({ type, urn }) => !type.startsWith("twinstack:") || parents.has(urn));
  return kept.length === resources.length ? kept : withoutEmptyComponents(kept);
}

function without(outputs: Readonly<Record<string, unknown>>, key: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => name !== key));
}
