import { isUnmoved, tidied, toMove, type ExportedStack, type StateResource } from "./unmoved-resources.ts";

const stackUrn = (stack: string): string =>
  `urn:pulumi:${stack}::twinstack::pulumi:pulumi:Stack::twinstack-${stack}`;

function resource(
  stack: string,
  type: string,
  name: string,
  more: Partial<StateResource> = {},
): StateResource {
  return { urn: `urn:pulumi:${stack}::twinstack::${type}::${name}`, type, parent: stackUrn(stack), ...more };
}

function state(stack: string, resources: readonly StateResource[], outputs = {}): ExportedStack {
  const root = { urn: stackUrn(stack), type: "pulumi:pulumi:Stack", outputs };
  return { version: 3, deployment: { resources: [root, ...resources] } };
}

const EMPTY: ExportedStack = { version: 3, deployment: {} };
const OUTPUTS = { url: "https://page.test", namespace: "twinstack" };

const kubernetes = resource("local", "pulumi:providers:kubernetes", "cluster-kubernetes");
const component = resource("local", "twinstack:service:ServiceNamespace", "namespace");
const uploader = resource("local", "twinstack:service:AssetsUploader", "assets-uploader");
const role = resource("local", "aws:iam/role:Role", "assets-uploader", { parent: uploader.urn });
const vpc = resource("local", "aws:ec2/vpc:Vpc", "network");
const otherAddon = resource("local", "aws:eks/addon:Addon", "dns", { inputs: { addonName: "coredns" } });
const metrics = resource("local", "aws:eks/addon:Addon", "cluster-metrics-server", {
  inputs: { addonName: "metrics-server" },
});
const namespace = resource("local", "kubernetes:core/v1:Namespace", "namespace", {
  parent: component.urn,
  provider: `${kubernetes.urn}::id`,
});
const KEPT = [uploader, role, vpc, otherAddon];
const before = state("local", [kubernetes, component, ...KEPT, metrics, namespace], OUTPUTS);

const moved = (resource: StateResource): StateResource => ({
  ...resource,
  urn: resource.urn.replace("local::", "local-cluster::"),
  parent: stackUrn("local-cluster"),
});

it("moves what is Kubernetes' and the metrics server, and no other add-on", () => {
  expect(toMove(before, EMPTY)).toEqual([metrics.urn, namespace.urn]);
  expect(toMove(before, state("local-cluster", [moved(metrics)]))).toEqual([namespace.urn]);
});

it("leaves no provider, no empty component and no output of before, and nothing else is changed", () => {
  const after = state("local", [kubernetes, component, ...KEPT], OUTPUTS);
  const cluster = state("local-cluster", [moved(metrics), moved(namespace)]);
  expect(tidied(after, cluster)).toEqual(state("local", KEPT, { url: "https://page.test" }));
});

it("finishes a move that was cut off between its two writes: what both have leaves the platform", () => {
  const cluster = state("local-cluster", [moved(metrics), moved(namespace)]);
  expect(toMove(before, cluster)).toEqual([]);
  expect(tidied(before, cluster)).toEqual(state("local", KEPT, { url: "https://page.test" }));
});

it("keeps a provider that a resource still uses, and a component that still has a child", () => {
  const tidy = tidied(before, state("local-cluster", [moved(metrics)]));
  expect(tidy.deployment.resources?.map(({ urn }) => urn)).toEqual(
    [{ urn: stackUrn("local") }, kubernetes, component, ...KEPT, namespace].map(({ urn }) => urn),
  );
});

it.each<[string, boolean, ExportedStack]>([
  ["an empty stack", false, EMPTY],
  ["a platform of today", false, state("local", KEPT, { url: "https://page.test" })],
  ["one whose output says so", true, state("local", KEPT, OUTPUTS)],
  ["one that never finished its first update", true, state("local", [kubernetes, component, namespace])],
])("tells whether it is unmoved: %s", (_what, expected, stack) => expect(isUnmoved(stack)).toBe(expected));
