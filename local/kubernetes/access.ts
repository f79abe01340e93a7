import { callRegion } from "../region/client.ts";
import { RegionError } from "../region/region-error.ts";
import { ProviderError } from "../provider/provider.ts";
import type { ClusterAccess } from "../region/protocol.ts";

/** The region's credentials for a cluster of its own. Any other server is refused before anything is sent to it. */
export async function accessTo(server: string): Promise<ClusterAccess> {
  try {
    return await callRegion("kubernetes/access", { server });
  } catch (error) {
    if (!(error instanceof RegionError)) {
      throw error;
    }
    if (error.code === "UnknownCluster") {
      throw new ProviderError(
        "PERMISSION_DENIED",
        `the Kubernetes stand-in refuses any cluster but the region's, and ${server} is not one: ${error.message}`,
      );
    }
    throw new ProviderError("UNAVAILABLE", `no access to the cluster ${server}: ${error.message}`);
  }
}
