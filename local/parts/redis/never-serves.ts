import { isRefusal } from "./admin.ts";
import type { RedisNode } from "./node.ts";

/** One that did not last so often will not come up by itself. */
const MOST_STARTS = 3;

/** Why it is not waited for: it refuses us, or ends at every start. Undefined while it may still come to serve. */
export function neverServes(
  node: Pick<RedisNode, "name" | "running" | "failure" | "shortStarts" | "lastWords">,
): string | undefined {
  if (node.failure !== undefined && isRefusal(node.failure))
    return `${node.name} refuses the region: ${node.failure.message}`;
  if (node.running || node.shortStarts <= MOST_STARTS) return undefined;
  return `${node.name} ends at every start: ${node.lastWords}`;
}
