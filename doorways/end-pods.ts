import { existsSync } from "node:fs";
import { join } from "node:path";
import { stateDir } from "../local/paths.ts";
import { run } from "../local/toolchain/run.ts";
import { toolPath } from "../local/toolchain/tool.ts";

/** Runs kubectl with these arguments to its end and answers what it printed. */
export type Kubectl = (...args: readonly string[]) => Promise<string>;

/** An API server that does not answer in this time has no pods that anybody waits for. */
const REQUEST_TIMEOUT = "5s";

const kinds = ["deployments", "statefulsets"];

/** kubectl as the administrator of the cluster that is up; undefined when none is. */
export function administrator(): Kubectl | undefined {
  const kubeconfig = join(stateDir(), "kubeconfig");
  if (!existsSync(kubeconfig)) return undefined;
  const flags = [
    `--kubeconfig=${kubeconfig}`,
    // Else kubectl keeps what the API server serves below the home of whoever calls, for ever.
    `--cache-dir=${join(stateDir(), "kubectl")}`,
    `--request-timeout=${REQUEST_TIMEOUT}`,
  ];
  return (...args) => run(toolPath("kubectl"), [...flags, ...args]);
}

/**
 * Ends every pod of the cluster at once. Who takes the whole stack down serves nobody any more: without this a
 * destroy waits until each pod has slept and drained for clients that are not there. Controllers are set to no
 * replicas first, or they would make new pods. Rejects when the cluster does not answer.
 */
export async function endPods(kubectl: Kubectl): Promise<void> {
  const listing = await kubectl(
    "get",
    kinds.join(","),
    "--all-namespaces",
    "--output=jsonpath={range .items[*]}{.metadata.namespace}{'\\n'}{end}",
  );
  for (const namespace of new Set(listing.split("\n").filter(Boolean))) {
    await kubectl("scale", kinds.join(","), "--all", "--replicas=0", `--namespace=${namespace}`);
  }
  const flags = ["--all", "--all-namespaces", "--grace-period=0", "--force", "--wait=false"];
  await kubectl("delete", "pods", ...flags);
}
