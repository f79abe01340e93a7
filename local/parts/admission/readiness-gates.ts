import { gateType } from "../haproxy/binding-targets.ts";
import type { Binding } from "../haproxy/binding-targets.ts";
import type { PatchOperation, Pod } from "./pod.ts";

/** What a namespace's pods are matched with, at the moment of the question. */
export interface BoundServices {
  bindings(namespace: string): Promise<readonly Binding[]>;
  /** The selector of a Service; undefined when there is no such Service or it selects nothing. */
  selector(namespace: string, service: string): Promise<Readonly<Record<string, string>> | undefined>;
}

/**
 * Adds the readiness gate of each binding with targets by address whose Service selects the pod; gates that the pod has
 * stay, and none comes twice. Rules of the open load balancer controller:
 * https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/pod_readiness_gate/
 */
export async function readinessGatesPatch(
  namespace: string,
  pod: Pod,
  services: BoundServices,
): Promise<readonly PatchOperation[]> {
  const present = pod.spec.readinessGates?.map(({ conditionType }) => conditionType) ?? [];
  const missing: string[] = [];
  for (const binding of await services.bindings(namespace)) {
    const type = gateType(binding);
    if ((binding.spec?.targetType ?? "ip") !== "ip" || present.includes(type)) continue;
    const selector = await services.selector(namespace, binding.spec?.serviceRef?.name ?? "");
    if (selector !== undefined && matches(selector, pod)) missing.push(type);
  }
  const gates = missing.map((conditionType) => ({ conditionType }));
  if (gates.length === 0) return [];
  if (pod.spec.readinessGates === undefined)
    return [{ op: "add", path: "/spec/readinessGates", value: gates }];
  return gates.map((value): PatchOperation => ({ op: "add", path: "/spec/readinessGates/-", value }));
}

function matches(selector: Readonly<Record<string, string>>, { metadata }: Pod): boolean {
  return Object.entries(selector).every(([label, value]) => metadata?.labels?.[label] === value);
}
