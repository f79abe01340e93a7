import { Scheduler } from "../scheduler.ts";
import { NODE_NAMES } from "./plan.ts";
import type { Machine } from "../machine.ts";

export interface NodeKeeperOptions {
  readonly machine: Pick<Machine, "hosts">;
  /** Brings the cluster to its record: makes the hosts that are gone and starts what does not run. */
  readonly bringUp: () => Promise<void>;
  readonly log: (message: string) => void;
}

/**
 * Replaces nodes whose host is gone, as EKS Auto Mode replaces an instance that somebody terminated: the cluster
 * itself did not change, so the program sees no drift.
 */
export function keepNodes({ machine, bringUp, log }: NodeKeeperOptions): { close(): Promise<void> } {
  const scheduler = new Scheduler(
    async () => {
      const present = await Promise.all(NODE_NAMES.map((node) => machine.hosts.present(node)));
      const gone = NODE_NAMES.filter((_, index) => present[index] !== true);
      if (gone.length === 0) return false;
      log(`nodes: ${gone.join(", ")} gone, replaced as Auto Mode does`);
      await bringUp();
      return false;
    },
    (error) => log(`nodes: ${error instanceof Error ? error.message : String(error)}`),
  );
  scheduler.soon(0);
  return scheduler;
}
