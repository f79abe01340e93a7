import { startBindingController } from "../parts/haproxy/binding-controller.ts";
import type { ClusterDriver } from "../parts/cluster/driver.ts";
import type { Targets } from "../parts/haproxy/targets.ts";
import type { PartDriver } from "./part.ts";
import type { Json, StoredResource } from "./protocol.ts";

/**
 * The cluster's driver with the TargetGroupBinding controller beside it, for as long as the cluster is there: in EKS
 * Auto Mode that controller is the cluster's own.
 */
export function withBindingController(
  cluster: ClusterDriver,
  targets: Targets,
  log: (message: string) => void,
): PartDriver {
  const controllers = new Map<string, AbortController>();

  function stop(id: string): void {
    controllers.get(id)?.abort();
    controllers.delete(id);
  }

  function start(id: string, endpoint: Json | undefined): void {
    const access = typeof endpoint === "string" ? cluster.access(endpoint) : undefined;
    if (access === undefined) throw new Error(`the cluster ${id} runs, but its endpoint is not known`);
    stop(id);
    const controller = new AbortController();
    controllers.set(id, controller);
    void startBindingController({ access, targets, signal: controller.signal, log });
  }

  async function started(
    resource: StoredResource,
    outputs: Promise<Readonly<Record<string, Json>>>,
  ): Promise<Readonly<Record<string, Json>>> {
    const known = await outputs;
    start(resource.id, known["endpoint"]);
    return known;
  }

  return {
    types: cluster.types,
    create: (resource, progress) => started(resource, cluster.create(resource, progress)),
    update: (resource, previous, progress) => started(resource, cluster.update(resource, previous, progress)),
    present: (resource) => cluster.present(resource),
    async adopt(resource, progress) {
      await cluster.adopt(resource, progress);
      start(resource.id, resource.outputs["endpoint"]);
    },
    async delete(resource, progress) {
      stop(resource.id);
      await cluster.delete(resource, progress);
    },
  };
}
