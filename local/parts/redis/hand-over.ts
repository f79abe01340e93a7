import { until } from "../host/until.ts";
import { isRefusal } from "./admin.ts";
import { patiently } from "./patiently.ts";
import { mostAdvanced, primaryOf } from "./supervision.ts";
import type { RunningGroup, Supervision } from "./supervision.ts";

const PAUSE_MS = 10_000;
const CATCH_UP_MS = 5000;

/**
 * Another of `names` becomes the primary, and nothing that was acknowledged is lost: writes wait until the new
 * primary has everything. Without a node to hand over to, the first of `names` starts empty.
 */
export async function handOver(
  group: RunningGroup,
  names: readonly string[],
  supervision: Supervision,
): Promise<void> {
  const old = primaryOf(group);
  const next = await mostAdvanced(group.nodes.filter(({ name, alive }) => alive && names.includes(name)));
  if (next === undefined) {
    await old.fence();
    group.save({ ...group.record, primary: names[0] ?? "" });
    return;
  }
  if (old.alive) {
    await patiently(() => old.admin.call("CLIENT", "PAUSE", String(PAUSE_MS), "WRITE"));
    await until(`${next.name} to have everything that ${old.name} has`, CATCH_UP_MS, async () => {
      try {
        const [from, to] = [await old.admin.replication(), await next.admin.replication()];
        return to.linked && to.offset >= from.offset;
      } catch (error) {
        // One that answers late has not caught up yet: writes are paused for longer than this waits.
        if (isRefusal(error as Error)) throw error;
        return false;
      }
    });
    await old.fence();
  }
  await patiently(() => supervision.promote(group, next));
}
