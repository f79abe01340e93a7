import type { Options } from "k6/options";
import { ROUTES, type RouteName } from "./api.ts";
import { environment } from "./target.ts";

/** Milliseconds at the 95th and 99th percentile. */
interface Limit {
  readonly p95: number;
  readonly p99: number;
}

/** What a visitor waits for. Writes cost a commit on two database servers. */
const READ: Limit = { p95: 100, p99: 200 };
const WRITE: Limit = { p95: 200, p99: 400 };

/** Over the internet, and with a firewall before it: the way there and back is added. */
const WAY: Readonly<Record<string, number>> = { local: 0, staging: 100, prod: 100, url: 150 };

const isRead = (route: RouteName): boolean => route.startsWith("GET ");

/** Thresholds of one route, by k6's own expressions. */
function ofRoute(route: RouteName): Record<string, string[]> {
  const { p95, p99 } = isRead(route) ? READ : WRITE;
  const way = WAY[environment] ?? WAY["url"] ?? 0;
  return {
    [`http_req_duration{route:${route}}`]: [`p(95)<${p95 + way}`, `p(99)<${p99 + way}`],
    [`http_req_failed{route:${route}}`]: ["rate<0.001"],
  };
}

/** For profiles that state what must hold: every route, all checks, and no iteration that could not be started. */
export function thresholds(routes: readonly RouteName[] = ROUTES): NonNullable<Options["thresholds"]> {
  return Object.assign(
    { checks: ["rate>0.999"], dropped_iterations: ["count==0"] },
    ...routes.map(ofRoute),
  ) as NonNullable<Options["thresholds"]>;
}
