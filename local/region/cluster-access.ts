import { RegionError } from "./region-error.ts";
import type { Resources } from "./resources.ts";

const CLUSTER_TYPE = "aws:eks/cluster:Cluster";

/**
 * Why the region has no certificate for the cluster at `server`: `ClusterNotReady` when it is one of its own that it
 * has not taken over yet, `UnknownCluster` for any other.
 */
export function noAccess(server: string, resources: Pick<Resources, "store" | "repairing">): RegionError {
  const record = resources.store
    .all()
    .find(({ resource }) => resource.type === CLUSTER_TYPE && resource.outputs["endpoint"] === server);
  if (record && resources.repairing().includes(record.resource.urn)) {
    return new RegionError(
      "ClusterNotReady",
      `${server} is the cluster ${record.resource.id}, which the region could not take over yet since it was ` +
        "restarted. It tries again every few seconds, and its log says why: run the command again in a moment",
    );
  }
  return new RegionError(
    "UnknownCluster",
    `${server} is no cluster of this region: the local stack's provider takes only ours`,
  );
}
