import { rangesOfRoutes } from "../host/address-conflict.ts";
import { formatCidr, overlaps, parseCidr } from "../../cidr.ts";
import { POD_RANGE } from "./plan.ts";
import type { Run } from "../machine.ts";

/** Pods would cut off a network of this machine in their range (a VPN may use it). Nothing has been made then. */
export async function refusePodRangeConflict(run: Run): Promise<void> {
  const conflict = conflictingRoute(await run("ip", ["-json", "route", "show", "table", "all"]));
  if (conflict !== undefined) {
    throw new Error(
      `pods take ${POD_RANGE} on this machine, but ${conflict}: remove that route, then try again`,
    );
  }
}

/** Routes over a VPC's bridge are our own nodes'. */
export function conflictingRoute(routes: string): string | undefined {
  const ours = (device: string): boolean => /^[a-z][a-z0-9]-vpc-/.test(device);
  const conflict = rangesOfRoutes(routes, ours).find(({ range }) => overlaps(range, parseCidr(POD_RANGE)));
  return conflict && `${conflict.what} covers ${formatCidr(conflict.range)}`;
}
