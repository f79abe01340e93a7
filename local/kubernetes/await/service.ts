import type { JsonObject } from "../../region/protocol.ts";
import type { Cluster, ServedKind } from "../cluster.ts";
import { at, listAt, objectAt, textAt } from "../json.ts";
import type { Look } from "./wait.ts";

const SLICES: ServedKind = {
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  plural: "endpointslices",
  namespaced: true,
};

/** How long a Service without endpoints is watched for the first ones, in seconds. */
const SETTLES_WITHIN = 10;

/**
 * Ready when none of the pods behind it is unready, and a load balancer, if it asks for one, has an address. Without
 * any pod it is ready once none has come for ten seconds. An ExternalName, a headless Service and one without a
 * selector are not looked behind. Source: the SDK's description of `core/v1.Service`, and pulumi-kubernetes #3142.
 */
export async function lookAtService(live: JsonObject, cluster: Cluster): Promise<Look> {
  const type = textAt(live, "spec", "type");
  const headless = textAt(live, "spec", "clusterIP") === "None";
  const selector = Object.keys(objectAt(live, "spec", "selector"));
  if (type === "ExternalName") {
    return { done: true };
  }
  if (type === "LoadBalancer" && listAt(live, "status", "loadBalancer", "ingress").length === 0) {
    return { done: false, message: "no load balancer has given it an address" };
  }
  if (headless || selector.length === 0) {
    return { done: true };
  }
  const slices = await cluster.list(SLICES, textAt(live, "metadata", "namespace"), {
    labelSelector: `kubernetes.io/service-name=${textAt(live, "metadata", "name") ?? ""}`,
  });
  if (slices.length === 0) {
    return { done: false, message: "nobody has looked for its pods yet" };
  }
  // A pod that is on its way out is not among the Endpoints that the official provider looks at.
  const endpoints = slices
    .flatMap((slice) => listAt(slice, "endpoints"))
    .filter((endpoint) => at(endpoint, "conditions", "terminating") !== true);
  if (endpoints.length === 0) {
    const message = `no pod matches its selector (${selector.join(", ")})`;
    return { done: true, steadyFor: SETTLES_WITHIN, message };
  }
  const unready = endpoints.filter((endpoint) => at(endpoint, "conditions", "ready") === false).length;
  return unready === 0
    ? { done: true }
    : { done: false, message: `${String(unready)} of its ${String(endpoints.length)} pods not ready` };
}
