import { ApiError, get } from "../cluster/api-client.ts";
import type { Binding } from "../haproxy/binding-targets.ts";
import type { ClusterAccess } from "../../region/protocol.ts";
import type { BoundServices } from "./readiness-gates.ts";

/** Asks the API server each time: a binding that was just made counts, one that was just deleted does not. */
export function clusterServices(access: ClusterAccess): BoundServices {
  return {
    async bindings(namespace) {
      const path = `/apis/eks.amazonaws.com/v1/namespaces/${namespace}/targetgroupbindings`;
      return (JSON.parse(await get(access, path)) as { items: readonly Binding[] }).items;
    },
    async selector(namespace, service) {
      if (service === "") return undefined;
      const path = `/api/v1/namespaces/${namespace}/services/${encodeURIComponent(service)}`;
      try {
        const { spec } = JSON.parse(await get(access, path)) as SelectingService;
        return Object.keys(spec.selector ?? {}).length === 0 ? undefined : spec.selector;
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return undefined;
        throw error;
      }
    },
  };
}

interface SelectingService {
  readonly spec: { readonly selector?: Readonly<Record<string, string>> };
}
