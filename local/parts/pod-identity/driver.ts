import { rmSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";

import { CLUSTER } from "../../aws/services/eks/references.ts";
import { text } from "../../aws/services/fields.ts";
import type { Account } from "../../aws/model.ts";
import type { ClusterDriver } from "../cluster/driver.ts";
import type { LocalMachine } from "../host/machine.ts";
import { listenForForwarders } from "../aws-endpoint/region-socket.ts";
import { SERVER_LIMITS } from "../http/limits.ts";
import type { KnownIdentities } from "../identity/identities.ts";
import { agentSocket } from "./agent.ts";
import type { EksAuth } from "./assume-role.ts";
import { createAgentListener } from "./listener.ts";
import { reviewWith } from "./token-review.ts";

export interface PodIdentityContext {
  readonly machine: Pick<LocalMachine, "dataDir" | "run" | "ended">;
  readonly account: Account;
  readonly identities: Pick<KnownIdentities, "assume" | "unjudged">;
}

/** The cluster's driver with EKS Auth beside it, for as long as the cluster is there; the nodes' agents ask it. */
export function withPodIdentity(
  cluster: ClusterDriver,
  { machine, account, identities }: PodIdentityContext,
): ClusterDriver {
  let server: Server | undefined;

  /** There is one cluster a machine at most. */
  function eksAuth(): EksAuth | undefined {
    const [found] = account.all(CLUSTER);
    const access = found && cluster.access(text(found.outputs, "endpoint") ?? "");
    return found && access && { account, identities, cluster: found, review: reviewWith(access) };
  }

  async function start(): Promise<void> {
    if (server !== undefined) return;
    const next = createServer(SERVER_LIMITS, createAgentListener(eksAuth));
    await listenForForwarders(machine, next, agentSocket(machine));
    server = next;
  }

  function stop(): void {
    server?.close();
    server?.closeAllConnections();
    server = undefined;
  }
  machine.ended.addEventListener("abort", stop);

  return {
    ...cluster,
    async create(resource, progress) {
      await start();
      return cluster.create(resource, progress);
    },
    async update(resource, previous, progress) {
      await start();
      return cluster.update(resource, previous, progress);
    },
    async adopt(resource, progress) {
      await start();
      await cluster.adopt(resource, progress);
    },
    async delete(resource, progress) {
      await cluster.delete(resource, progress);
      stop();
      rmSync(agentSocket(machine), { force: true });
    },
  };
}
