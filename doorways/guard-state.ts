import { LEASE_NAME } from "../rollout/guard/lease.ts";
import { administrator } from "./end-pods.ts";
import { clusterStack, plainOutputs, stackExists } from "./stack.ts";

/** In one line: how many guards are ready, and which leads. Undefined: there is no cluster, or no guard in it yet. */
export async function describeGuard(): Promise<string | undefined> {
  const kubectl = administrator();
  if (kubectl === undefined || !stackExists(clusterStack)) return undefined;
  const { namespace, guard } = await plainOutputs(clusterStack);
  if (typeof namespace !== "string" || typeof guard !== "string") return undefined;
  const get = (kind: string, name: string, path: string): Promise<string> =>
    kubectl("get", kind, name, "--namespace", namespace, "--ignore-not-found", `--output=jsonpath=${path}`);
  const [pods, leader] = await Promise.all([
    get("deployment", guard, "{.status.readyReplicas} {.spec.replicas}"),
    get("lease", LEASE_NAME, "{.spec.holderIdentity}"),
  ]);
  const [ready, all] = pods.split(" ").map(Number);
  return `${ready ?? 0} of ${all ?? 0} ready, ${leader === "" ? "nobody" : leader} leads`;
}
