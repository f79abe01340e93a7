import { CONNECTION_FAILED } from "./error-pages.ts";
import { errorFile, serverName } from "./site.ts";
import type { Server, Site } from "./site.ts";
import { backendName } from "./topology.ts";
import type { HealthCheck, TargetGroup } from "./topology.ts";

/** Seconds: ALB answers 504 when a target has not accepted a connection after 10 s (ELB user guide, "HTTP 504"). */
export const CONNECT_TIMEOUT = 10;

const BALANCE = {
  round_robin: "balance roundrobin",
  least_outstanding_requests: "balance leastconn",
  weighted_random: "balance random(1)",
} as const;

/** The healthy targets of a group. */
export function backend(
  group: TargetGroup,
  servers: readonly Server[],
  site: Site,
): [name: string, lines: readonly string[]] {
  return [
    `backend ${backendName(group.arn)}`,
    [
      BALANCE[group.algorithm],
      ...connectionErrors(site),
      ...healthCheck(group.health),
      ...servers.map(
        (server) => `server ${serverName(server)} ${serverName(server)} ${checkOptions(group.health)}`,
      ),
    ],
  ];
}

/** All registered targets, healthy or not: ALB routes to them when none is healthy, and answers 503 when there is none. */
export function failOpenBackend(
  group: TargetGroup,
  servers: readonly Server[],
  site: Site,
): [name: string, lines: readonly string[]] {
  return [
    `backend ${failOpenName(group.arn)}`,
    [
      BALANCE[group.algorithm],
      ...connectionErrors(site),
      `http-request return status 503 errorfile ${errorFile(site, "503.http")} if { nbsrv eq 0 } !{ stopping }`,
      ...servers.map((server) => `server ${serverName(server)} ${serverName(server)}`),
    ],
  ];
}

/**
 * Never routed to: it sends the first checks of new targets, at once and often. HAProxy would send a server's first
 * check one interval after it was added.
 */
export function initialBackend(group: TargetGroup): [name: string, lines: readonly string[]] {
  return [`backend ${initialName(group.arn)}`, [BALANCE.round_robin, ...healthCheck(group.health)]];
}

export function initialName(targetGroupArn: string): string {
  return `${backendName(targetGroupArn)}.initial`;
}

export function failOpenName(targetGroupArn: string): string {
  return `${backendName(targetGroupArn)}.open`;
}

/** Also for `add server`, which takes no defaults from its backend. */
export function checkOptions(health: HealthCheck): string {
  return (
    `check inter ${milliseconds(health.interval)} rise ${health.healthyThreshold}` +
    ` fall ${health.unhealthyThreshold}${checkPort(health)}`
  );
}

export function initialCheckOptions(health: HealthCheck): string {
  return `check inter ${INITIAL_CHECK_MS}ms rise 1 fall 1${checkPort(health)}`;
}

const INITIAL_CHECK_MS = 500;

function checkPort(health: HealthCheck): string {
  return health.port === undefined ? "" : ` port ${health.port}`;
}

function healthCheck(health: HealthCheck): readonly string[] {
  return [
    "option httpchk",
    `http-check send meth GET uri ${health.path.replaceAll(/["'\\# ]/g, "\\$&")} ver HTTP/1.1` +
      " hdr Host %[srv_name] hdr User-Agent ELB-HealthChecker/2.0 hdr Connection close",
    `http-check expect status ${health.matcher}`,
    `timeout check ${milliseconds(health.timeout)}`,
  ];
}

/**
 * HAProxy says 503 for every failed connection; ALB says 502 when the target refuses and 504 when it does
 * not answer in time. Only HAProxy's own 503 carries the mark.
 */
function connectionErrors(site: Site): readonly string[] {
  const failed = `{ res.hdr(${CONNECTION_FAILED}) -m found }`;
  return [
    `errorfile 503 ${errorFile(site, "connection-failed.http")}`,
    `http-after-response set-status 504 reason "Gateway Time-out" if ${failed}` +
      ` { date(0,ms),sub(txn.begin) -m int ge ${CONNECT_TIMEOUT * 1000} }`,
    `http-after-response del-header ${CONNECTION_FAILED}`,
  ];
}

function milliseconds(seconds: number): string {
  return `${Math.round(seconds * 1000)}ms`;
}
