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

/**
 * Ready when at least one ready pod stands behind it, and a load balancer, if it asks for one, has an address. An
 * ExternalName, a headless Service and one without a selector have no endpoints of their own and are ready at once,
 * as in the official provider; a Service made before its pods needs `pulumi.com/skipAwait` there as here.
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
  const endpoints = slices.flatMap((slice) => listAt(slice, "endpoints"));
  if (endpoints.some((endpoint) => at(endpoint, "conditions", "ready") !== false)) {
    return { done: true };
  }
  return {
    done: false,
    message:
      endpoints.length === 0
        ? `no pod matches its selector (${selector.join(", ")})`
        : `none of its ${String(endpoints.length)} pods is ready`,
  };
}
