import { existsSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { AwsError } from "../../aws/model.ts";
import { webhookConfigurations } from "../admission/configurations.ts";
import { identitiesFolder } from "../admission/driver.ts";
import { keepWebhooks } from "../admission/keeper.ts";
import { runDir, stateDir } from "../../paths.ts";
import { writeFileAtomic } from "../host/atomic-file.ts";
import { removeFolders } from "../host/teardown.ts";
import { base64, kubeconfig } from "./kubeconfigs.ts";
import { bringUp } from "./bring-up.ts";
import { clusterLayout, nodeLayout } from "./layout.ts";
import { keepNodes } from "./node-keeper.ts";
import { removeMountNamespace, removeMountsFolder } from "./mount-namespace.ts";
import { refusePodRangeConflict } from "./pod-range.ts";
import {
  CLUSTER_TYPE,
  CONTROL_PLANE,
  KUBERNETES_VERSION,
  NODE_NAMES,
  clusterName,
  planCluster,
} from "./plan.ts";
import { poll } from "./wait.ts";
import type { ClusterAccess, Json, StoredResource } from "../../region/protocol.ts";
import type { Machine } from "../machine.ts";
import type { DriverContext, PartDriver, Progress } from "../../region/part.ts";

const FOLDER_PREFIX = "cluster-";
const HOSTS = [CONTROL_PLANE, ...NODE_NAMES];
/** Nothing is kept, so nobody needs to end in order; SIGTERM alone lets etcd and the API server take seconds. */
const DELETE_GRACE_MS = 100;

export interface ClusterDriver extends PartDriver {
  /** An administrator's certificate for the cluster at that endpoint; undefined for any other server. */
  access(server: string): ClusterAccess | undefined;
}

/** Runs an EKS cluster as a control-plane host and three nodes of this machine. One cluster at a time. */
export function createClusterDriver({ machine, account, log }: DriverContext): ClusterDriver {
  const running = new Map<string, ClusterAccess>();
  const keepers = new Map<string, readonly { close(): Promise<void> }[]>();
  const adminKubeconfig = (): string => join(stateDir(), "kubeconfig");

  async function start(resource: StoredResource, progress: Progress): Promise<Record<string, Json>> {
    const plan = planCluster(resource, account);
    const other = clustersHere().find((name) => name !== plan.name);
    if (other !== undefined) {
      throw new AwsError(
        "ResourceLimitExceededException",
        `name: this machine runs one cluster, and "${other}" is there; delete it before "${plan.name}" is made`,
      );
    }
    await stopKeeping(plan.name);
    await refusePodRangeConflict(machine.run);
    progress(`Kubernetes ${KUBERNETES_VERSION} on this machine; EKS runs the newest patch of its minor`);
    const context = {
      machine,
      account: account.id,
      layout: clusterLayout(machine.dataDir(`${FOLDER_PREFIX}${plan.name}`)),
      runDir: runDir(),
      identities: identitiesFolder(machine, plan.name),
    };
    const access = await bringUp(context, plan, progress);
    const again = async (): Promise<void> => {
      await bringUp(context, plan, log);
    };
    keepers.set(plan.name, [
      keepNodes({ machine, bringUp: again, log }),
      keepWebhooks({ access, wanted: webhookConfigurations(access.ca), log }),
    ]);
    running.set(new URL(access.server).host, access);
    writeFileAtomic(adminKubeconfig(), kubeconfig(access.server, access.ca, access.cert, access.key));
    return {
      endpoint: access.server,
      certificateAuthority: { data: base64(access.ca) },
      status: "ACTIVE",
    };
  }

  async function stopKeeping(name: string): Promise<void> {
    await Promise.all((keepers.get(name) ?? []).map((keeper) => keeper.close()));
    keepers.delete(name);
  }

  return {
    types: [CLUSTER_TYPE],
    create: start,
    update: (resource, _previous, progress) => start(resource, progress),
    async adopt(resource, progress) {
      await start(resource, progress);
    },
    // A node that is gone is replaced by the region: it is not the cluster's record that changed.
    present: () => machine.hosts.present(CONTROL_PLANE),
    async delete(resource, progress) {
      const name = clusterName(resource);
      // The hosts are another cluster's, or already gone: this one was refused, or its deletion had come this far.
      if (!clustersHere().includes(name)) return;
      await stopKeeping(name);
      const root = machine.dataDir(`${FOLDER_PREFIX}${name}`);
      progress("stopping nodes and control plane");
      await Promise.all(HOSTS.map((host) => removeHost(machine, host)));
      const nodes = NODE_NAMES.map((node) => nodeLayout(root, runDir(), node));
      for (const node of nodes) await removeMountNamespace(node, machine.run);
      const [first] = nodes;
      if (first) await removeMountsFolder(dirname(first.mountNamespace), machine.run);
      rmSync(adminKubeconfig(), { force: true });
      running.clear();
      await removeFolders([join(runDir(), "nodes"), root]);
    },
    access(server) {
      return URL.canParse(server) ? running.get(new URL(server).host) : undefined;
    },
  };
}

/** By their folders, which are made before anything else of a cluster and removed after all else. */
function clustersHere(): readonly string[] {
  if (!existsSync(stateDir())) return [];
  return readdirSync(stateDir())
    .filter((name) => name.startsWith(FOLDER_PREFIX))
    .map((name) => name.slice(FOLDER_PREFIX.length));
}

async function removeHost(machine: Machine, host: string): Promise<void> {
  const names = machine.processes
    .list()
    .map(({ name }) => name)
    .filter((name) => name.startsWith(`${host}/`));
  await Promise.all(names.map((name) => machine.processes.stop(name, DELETE_GRACE_MS)));
  // A killed process may hold its cgroup a moment longer while its memory is freed.
  await poll(`the removal of host ${host}`, 10_000, () => machine.hosts.remove(host));
}
